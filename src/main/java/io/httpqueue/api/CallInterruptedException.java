package io.httpqueue.api;

/** A call was broken off: the server is stopping. */
final class CallInterruptedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  CallInterruptedException(InterruptedException cause) {
    super(cause);
  }

  CallInterruptedException() {
    super("the call was ended", null, false, false);
  }
}
