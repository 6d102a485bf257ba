package io.httpqueue.api;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Which of this machine's addresses the server listens on.
 *
 * @param address null: all
 */
record ListenAddress(@Nullable InetAddress address) {

  private static final String ALL = "*";

  /**
   * Reads {@code *} or an IP address; Spring binds the setting through this method.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static ListenAddress from(String text) {
    String stripped = text.strip();
    if (stripped.equals(ALL)) {
      return new ListenAddress(null);
    }
    try {
      return new ListenAddress(InetAddress.ofLiteral(stripped));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "is neither * (all addresses) nor an IP address such as 127.0.0.1 or ::1");
    }
  }

  /** Whether only programs on this machine reach it. */
  boolean isLoopback() {
    return address != null && address.isLoopbackAddress();
  }

  @Override
  public String toString() {
    return address == null ? ALL : address.getHostAddress();
  }
}
