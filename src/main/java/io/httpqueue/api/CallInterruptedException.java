package io.httpqueue.api;

/** The thread of a call was interrupted: the server is stopping. */
final class CallInterruptedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  CallInterruptedException(InterruptedException cause) {
    super(cause);
  }
}
