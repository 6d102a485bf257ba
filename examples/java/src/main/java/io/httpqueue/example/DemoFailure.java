package io.httpqueue.example;

/** The demo cannot go on. The message says why, and what to do about it. */
final class DemoFailure extends Exception {
  private static final long serialVersionUID = 1L;

  DemoFailure(String message) {
    super(message);
  }
}
