package io.httpqueue.bench;

/** How long the scenarios run. */
enum Size {
  /** Seconds: shows that the harness works. */
  SMOKE,
  /** All of them together in minutes: eight on the slowest machine with 2 cores so far. */
  SHORT,
  /** As the goals are stated; minutes each. */
  FULL;

  long of(long smoke, long brief, long full) {
    return switch (this) {
      case SMOKE -> smoke;
      case SHORT -> brief;
      case FULL -> full;
    };
  }
}
