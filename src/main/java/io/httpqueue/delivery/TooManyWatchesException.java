package io.httpqueue.delivery;

/** As many watches are open on this server as may be. */
public final class TooManyWatchesException extends RuntimeException {

  private static final long serialVersionUID = 1;

  TooManyWatchesException(int max) {
    super(
        "%d watches are open on this server, which is the most".formatted(max), null, false, false);
  }
}
