package io.httpqueue.database;

/**
 * Something that must work for this server to serve. Thread-safe, and answers within about a
 * second.
 */
public interface ReadinessCheck {

  /** What it is, for logs. */
  String name();

  /** Whether it works now. */
  boolean isReady();
}
