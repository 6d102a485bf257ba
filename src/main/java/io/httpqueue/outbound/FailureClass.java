package io.httpqueue.outbound;

/** Why an attempt got no answer. */
public enum FailureClass {
  /** The host name has no address, or none could be looked up. */
  DNS,
  /** No connection could be made. */
  CONNECT,
  /** The TLS handshake failed, or the certificate was not trusted. */
  TLS,
  /** The attempt's time was over before the answer was whole. */
  TIMEOUT,
  /** The receiver broke the connection off, or what it sent was not HTTP. */
  PROTOCOL,
  /** The answer's head was too large; it was not read to its end. */
  RESPONSE_TOO_LARGE,
  /** The address is one that requests may not go to; nothing was sent. */
  BLOCKED_ADDRESS,
  /** The server was stopped while the attempt ran. */
  INTERRUPTED,
  /** A defect of HTTPQueue; whether anything was sent is not known. */
  INTERNAL
}
