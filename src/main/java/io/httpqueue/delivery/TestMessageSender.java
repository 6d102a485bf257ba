package io.httpqueue.delivery;

import io.httpqueue.database.UuidV7;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookSigner;
import io.httpqueue.webhook.WebhookSigners;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Sends a message to a webhook at once and only once, whatever state it is in. It looks like a
 * delivery to the receiver; nothing of it is recorded, and no lane learns of it. Thread-safe.
 */
@Component
public class TestMessageSender {

  /**
   * What became of a test message.
   *
   * @param messageId what was sent as {@code webhook-id}
   * @param responseCode null where no answer came
   * @param responseBody the first 4 KiB of the answer's body; null where no answer came
   * @param duration from the start to the end of the answer, or to the failure
   * @param error why it failed; null if the receiver took it
   * @param errorClass what kind of failure it was; null if the receiver took it
   */
  public record Sent(
      UUID messageId,
      @Nullable Integer responseCode,
      @Nullable String responseBody,
      Duration duration,
      @Nullable String error,
      @Nullable ErrorClass errorClass) {}

  private final AttemptRunner runner;
  private final WebhookSigners signers;
  private final UuidV7 ids;

  TestMessageSender(AttemptRunner runner, WebhookSigners signers, UuidV7 ids) {
    this.runner = runner;
    this.signers = signers;
    this.ids = ids;
  }

  /**
   * Blocks until the receiver has answered, at most for the webhook's timeout.
   *
   * @param event the name that is sent
   * @param payload JSON in UTF-8
   */
  public Sent send(Webhook webhook, String event, byte[] payload) {
    long nowNanos = System.nanoTime();
    long expiresAtNanos = nowNanos + webhook.timeout().toNanos();
    DueDelivery message =
        new DueDelivery(ids.next(), ids.next(), 1, 1, nowNanos, expiresAtNanos, null, false);
    EventContent content = new EventContent(webhook.namespace(), event, payload, null);
    Outcome.AttemptRecord attempt;
    try (WebhookSigner signer = signers.open(webhook.id())) {
      attempt = runner.run(message, content, webhook, signer).outcome().attempt();
    }
    if (attempt == null) {
      throw new IllegalStateException("an attempt was made and is not told of");
    }
    return new Sent(
        message.eventId(),
        attempt.responseCode(),
        attempt.responseBody(),
        attempt.duration(),
        attempt.error(),
        attempt.errorClass());
  }
}
