package io.httpqueue.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.httpqueue.webhook.WebhookId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether two pushes with one idempotency key say the same. Everything counts that decides
 * what is delivered, when and to whom: the event's name, the payload byte for byte, metadata, time
 * to live as given, {@code deliver_at}, ordering key and targets. Hashes are kept in the database:
 * another order of the fields here would make every repeated push a different one.
 */
final class RequestHash {

  private final MessageDigest sha256;

  private RequestHash() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** 32 bytes. The namespace is left out, since a key belongs to one. */
  static byte[] of(NewEvent event) {
    RequestHash hash = new RequestHash();
    hash.add(event.name());
    hash.add(event.payload());
    hash.add(event.metadata().size());
    for (Map.Entry<String, String> entry : new TreeMap<>(event.metadata()).entrySet()) {
      hash.add(entry.getKey());
      hash.add(entry.getValue());
    }
    Duration timeToLive = event.timeToLive();
    hash.add(timeToLive == null ? 0 : timeToLive.toSeconds());
    EventOptions options = event.options();
    @Nullable Instant deliverAt = options.deliverAt();
    hash.add(deliverAt == null ? 0 : deliverAt.toEpochMilli());
    hash.add(options.orderingKey() == null ? "" : options.orderingKey());
    hash.add(options.webhookIds().size());
    options.webhookIds().stream().map(WebhookId::toString).sorted().forEach(hash::add);
    return hash.sha256.digest();
  }

  private void add(long number) {
    sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
  }

  private void add(String text) {
    add(text.getBytes(UTF_8));
  }

  /** With its length before it, so that no two lists of fields look the same. */
  private void add(byte[] bytes) {
    add(bytes.length);
    sha256.update(bytes);
  }
}
