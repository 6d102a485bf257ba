package io.httpqueue.delivery;

/**
 * What a delivery is doing, or how it ended. The names are those of the Postgres type {@code
 * delivery_status}; the legal transitions are drawn in {@code docs/delivery-states.md}.
 */
public enum DeliveryStatus {
  PENDING(false),
  SENDING(false),
  SUCCESS(true),
  FAILED(true),
  RETRYING(false),
  EXPIRED(true),
  CANCELLED(true);

  private final boolean end;

  DeliveryStatus(boolean end) {
    this.end = end;
  }

  /** Whether no further attempt will be made. */
  public boolean isEnd() {
    return end;
  }
}
