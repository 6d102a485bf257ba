package io.httpqueue.webhook;

/** Whether deliveries keep the order in which their events were accepted. */
public enum Ordering {
  /** They do not. */
  NONE,
  /** Those with the same ordering key do, one at a time; those without a key do not. */
  BY_KEY,
  /** All do, one at a time. */
  WHOLE_WEBHOOK
}
