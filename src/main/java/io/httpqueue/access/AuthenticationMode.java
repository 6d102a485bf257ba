package io.httpqueue.access;

import java.util.Locale;

/** Whether callers must prove who they are. */
public enum AuthenticationMode {
  /** Every call needs an API key. */
  REQUIRED,

  /** Everybody who reaches the port may do everything. */
  OFF;

  /** As it is set: {@code off}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
