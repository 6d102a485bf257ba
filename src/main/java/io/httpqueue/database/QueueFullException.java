package io.httpqueue.database;

/** More waits than the queue may hold; nothing of the refused item was kept. */
public final class QueueFullException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * @param queue its name
   * @param items how many wait in it
   * @param bytes and how large they are
   */
  public QueueFullException(String queue, int items, long bytes) {
    super("%s is full: %d items, %d bytes".formatted(queue, items, bytes));
  }
}
