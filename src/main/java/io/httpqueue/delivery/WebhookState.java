package io.httpqueue.delivery;

import io.httpqueue.webhook.Webhook;
import java.util.concurrent.atomic.AtomicReference;

/** How a webhook stands, as far as its lane knows. Thread-safe. */
final class WebhookState {

  private final AtomicReference<Webhook> webhook;

  WebhookState(Webhook webhook) {
    this.webhook = new AtomicReference<>(webhook);
  }

  Webhook now() {
    return webhook.get();
  }

  /** Takes a newer state in; false if this is none. */
  boolean changed(Webhook to) {
    Webhook before =
        webhook.getAndUpdate(known -> to.updatedAt().isAfter(known.updatedAt()) ? to : known);
    return to.updatedAt().isAfter(before.updatedAt());
  }
}
