package io.httpqueue.api;

/** A certificate or key cannot be used. The message is for the operator, and holds no content. */
final class TlsFileException extends RuntimeException {

  private static final long serialVersionUID = 1;

  TlsFileException(String message) {
    super(message);
  }
}
