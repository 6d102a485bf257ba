package io.httpqueue.api;

import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.event.EventOptions;
import io.httpqueue.event.NewEvent;
import io.httpqueue.webhook.WebhookId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes an event of a request, or says all that is wrong with it. Thread-safe. */
final class PushEventRules {

  private static final int MAX_METADATA = 64;
  private static final int MAX_METADATA_BYTES = 16 * 1024;
  private static final long MAX_TTL_SECONDS = Duration.ofDays(30).toSeconds();

  private static final int MAX_KEY_LENGTH = 255;
  private static final int MAX_TARGETS = 100;
  private static final Duration MAX_AHEAD = Duration.ofDays(30);

  private final PayloadRules payloads = new PayloadRules();
  private final InstantSource clock;

  /**
   * @param clock what {@code deliver_at_ms} is compared with
   */
  PushEventRules(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * @throws InvalidRequestException if anything is wrong
   */
  NewEvent read(PushEventRequest request) {
    Violations violations = new Violations();
    NameRules.checkName("namespace", request.getNamespace(), violations);
    NameRules.checkName("event", request.getEvent(), violations);
    // What was parsed as UTF-8 gives the same bytes again.
    byte[] payload = request.getPayload().getBytes(StandardCharsets.UTF_8);
    payloads.check("payload", payload, violations);
    @Nullable Duration timeToLive =
        RequestRules.seconds("ttl_seconds", request.getTtlSeconds(), MAX_TTL_SECONDS, violations);
    if (request.getMetadataCount() > 0) {
      checkMetadata(request.getMetadataMap(), violations);
    }
    EventOptions options = options(request, violations);
    violations.throwIfAny();
    return new NewEvent(
        request.getNamespace(),
        request.getEvent(),
        payload,
        request.getMetadataMap(),
        timeToLive,
        options);
  }

  private EventOptions options(PushEventRequest request, Violations violations) {
    String idempotencyKey = request.getIdempotencyKey();
    String orderingKey = request.getOrderingKey();
    long deliverAt = request.getDeliverAtMs();
    if (idempotencyKey.isEmpty()
        && orderingKey.isEmpty()
        && deliverAt == 0
        && request.getWebhookIdsCount() == 0) {
      return EventOptions.NONE;
    }
    checkIdempotencyKey(idempotencyKey, violations);
    checkDeliverAt(deliverAt, violations);
    checkOrderingKey(orderingKey, deliverAt, violations);
    return new EventOptions(
        idempotencyKey.isEmpty() ? null : idempotencyKey,
        deliverAt == 0 ? null : Instant.ofEpochMilli(deliverAt),
        orderingKey.isEmpty() ? null : orderingKey,
        targets(request, violations));
  }

  private static void checkIdempotencyKey(String key, Violations violations) {
    boolean visible = key.chars().allMatch(c -> c > ' ' && c < 0x7F);
    if (key.length() > MAX_KEY_LENGTH || !visible) {
      violations.add(
          "idempotency_key",
          "has %d characters, must have 1 to 255 of visible ASCII, or none"
              .formatted(key.length()));
    }
  }

  private void checkDeliverAt(long millis, Violations violations) {
    if (millis < 0 || millis > clock.instant().plus(MAX_AHEAD).toEpochMilli()) {
      violations.add(
          "deliver_at_ms",
          "is %d, must be a Unix time in milliseconds at most 30 days ahead, or 0 for at once"
              .formatted(millis));
    }
  }

  private static void checkOrderingKey(String key, long deliverAt, Violations violations) {
    int length = key.codePointCount(0, key.length());
    if (length > MAX_KEY_LENGTH) {
      violations.add(
          "ordering_key", "has %d characters, must have 1 to 255, or none".formatted(length));
    } else if (RequestRules.hasNul(key)) {
      violations.add("ordering_key", "must not hold the character NUL");
    } else if (length > 0 && deliverAt != 0) {
      violations.add(
          "ordering_key",
          "must not be set together with deliver_at_ms: those behind it would have to wait, too");
    }
  }

  private static Set<WebhookId> targets(PushEventRequest request, Violations violations) {
    int count = request.getWebhookIdsCount();
    if (count > MAX_TARGETS) {
      violations.add("webhook_ids", "has %d entries, must have at most 100".formatted(count));
      return Set.of();
    }
    Set<WebhookId> targets = HashSet.newHashSet(count);
    for (int i = 0; i < count; i++) {
      RequestRules.parseId("webhook_ids[%d]".formatted(i), request.getWebhookIds(i), violations)
          .ifPresent(id -> targets.add(new WebhookId(id)));
    }
    return targets;
  }

  private static void checkMetadata(Map<String, String> metadata, Violations violations) {
    if (metadata.size() > MAX_METADATA) {
      violations.add("metadata", "has %d entries, must have at most 64".formatted(metadata.size()));
    }
    long bytes = 0;
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      bytes += entry.getKey().getBytes(StandardCharsets.UTF_8).length;
      bytes += entry.getValue().getBytes(StandardCharsets.UTF_8).length;
      if (RequestRules.hasNul(entry.getKey()) || RequestRules.hasNul(entry.getValue())) {
        violations.add(
            Violations.entry("metadata", entry.getKey()), "must not hold the character NUL");
      }
    }
    if (bytes > MAX_METADATA_BYTES) {
      violations.add(
          "metadata",
          "has %d bytes of keys and values, must have at most 16384 (16 KiB)".formatted(bytes));
    }
  }
}
