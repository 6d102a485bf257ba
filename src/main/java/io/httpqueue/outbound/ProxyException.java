package io.httpqueue.outbound;

import java.io.IOException;

/** The egress proxy made no connection. */
final class ProxyException extends IOException {

  private static final long serialVersionUID = 1L;

  ProxyException(String message) {
    super(message);
  }
}
