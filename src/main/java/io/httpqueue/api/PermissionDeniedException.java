package io.httpqueue.api;

/** The caller is known, and may not do this. */
final class PermissionDeniedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  PermissionDeniedException(String message) {
    super(message, null, false, false);
  }
}
