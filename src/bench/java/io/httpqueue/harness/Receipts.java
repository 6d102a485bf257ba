package io.httpqueue.harness;

import java.nio.file.Path;
import java.util.UUID;

/** Every request that the receivers got, in the order of arrival. */
public final class Receipts {

  static final int RECORD_BYTES = 64;
  static final int SEQUENCE = 0;
  static final int SENT = 8;
  static final int ARRIVED = 16;
  static final int EVENT = 24;
  static final int DELIVERY = 40;
  static final int WEBHOOK = 56;
  static final int STATUS_AND_ATTEMPT = 60;

  private final Records records;

  private Receipts(Records records) {
    this.records = records;
  }

  static Receipts read(Path file) {
    return new Receipts(Records.read(file, RECORD_BYTES));
  }

  public int count() {
    return records.count();
  }

  /** The number of the event. */
  public long sequence(int index) {
    return records.getLong(index, SEQUENCE);
  }

  /** When the event was pushed; 0 if it was not pushed but made by SQL. */
  public long sentNanos(int index) {
    return records.getLong(index, SENT);
  }

  public long arrivedNanos(int index) {
    return records.getLong(index, ARRIVED);
  }

  /** The header {@code webhook-id}. */
  public UUID eventId(int index) {
    return records.getUuid(index, EVENT);
  }

  /** The header {@code HTTPQueue-Delivery}. */
  public UUID deliveryId(int index) {
    return records.getUuid(index, DELIVERY);
  }

  /** The number of the webhook. */
  public int webhook(int index) {
    return records.getInt(index, WEBHOOK);
  }

  /** What was answered; 0 if nothing was, or the sender had closed the connection by then. */
  public int status(int index) {
    return records.getInt(index, STATUS_AND_ATTEMPT) >>> 16;
  }

  /** The header {@code HTTPQueue-Attempt}. */
  public int attempt(int index) {
    return records.getInt(index, STATUS_AND_ATTEMPT) & 0xFFFF;
  }

  /** Whether a 2xx was answered. */
  public boolean isTaken(int index) {
    return status(index) / 100 == 2;
  }
}
