package io.httpqueue.bench;

/** How events are pushed. */
sealed interface Load {

  /** How many are pushed in all. */
  long events();

  /** As fast as the answers come. */
  record FlatOut(long events, int callers) implements Load {}

  /** As fast as the answers come, by streams with so many events under way in all. */
  record Streams(long events, int underWay) implements Load {}

  /** At a steady rate, whatever the answers. */
  record Paced(long perSecond, long seconds) implements Load {

    @Override
    public long events() {
      return perSecond * seconds;
    }
  }
}
