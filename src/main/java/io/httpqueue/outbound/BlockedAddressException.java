package io.httpqueue.outbound;

import java.net.UnknownHostException;

/** Requests may not go to the address. */
final class BlockedAddressException extends UnknownHostException {

  private static final long serialVersionUID = 1L;

  BlockedAddressException(String message) {
    super(message);
  }
}
