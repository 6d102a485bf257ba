package io.httpqueue.bench;

/** How long the scenarios run. */
enum Size {
  /** Seconds: shows that the harness works. */
  SMOKE,
  /** All of them together in minutes. */
  SHORT,
  /** As the goals are stated; minutes each. */
  FULL;

  /**
   * Whether a run may take over the servers and the database of the one before. Starts, and what
   * the compiler does after them, would take most of the time of short runs.
   */
  boolean sharesServers() {
    return this != FULL;
  }

  long of(long smoke, long brief, long full) {
    return switch (this) {
      case SMOKE -> smoke;
      case SHORT -> brief;
      case FULL -> full;
    };
  }
}
