package io.httpqueue.harness;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Closes what was started, the last first, also when the JVM is told to stop (Ctrl-C). Thread-safe.
 */
public final class Cleanup implements AutoCloseable {

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private boolean closed;

  public Cleanup() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "cleanup"));
  }

  /**
   * Takes over the closing of a resource.
   *
   * @throws IllegalStateException after {@link #close}; the resource is closed then
   */
  public synchronized <T extends AutoCloseable> T add(T resource) {
    open.push(resource);
    if (closed) {
      close();
      throw new IllegalStateException("stopped");
    }
    return resource;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!open.isEmpty()) {
      AutoCloseable next = open.pop();
      try {
        next.close();
      } catch (Exception e) {
        System.err.println("could not close " + next + ": " + e);
      }
    }
  }
}
