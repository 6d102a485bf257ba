package io.httpqueue.queue;

/** The dashboard does not start. The message is for the operator. */
final class DashboardException extends RuntimeException {

  private static final long serialVersionUID = 1;

  DashboardException(String message) {
    super(message);
  }
}
