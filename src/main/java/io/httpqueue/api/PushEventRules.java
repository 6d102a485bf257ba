package io.httpqueue.api;

import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.event.NewEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes an event of a request, or says all that is wrong with it. Thread-safe. */
final class PushEventRules {

  private static final int MAX_METADATA = 64;
  private static final int MAX_METADATA_BYTES = 16 * 1024;
  private static final long MAX_TTL_SECONDS = Duration.ofDays(30).toSeconds();

  private final PayloadRules payloads = new PayloadRules();

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
    violations.throwIfAny();
    return new NewEvent(
        request.getNamespace(), request.getEvent(), payload, request.getMetadataMap(), timeToLive);
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
