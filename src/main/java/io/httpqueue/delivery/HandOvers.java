package io.httpqueue.delivery;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.httpqueue.database.ServerMessages;
import io.httpqueue.delivery.LaneMessage.HandedOver;
import io.httpqueue.encryption.MessageSeal;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Hands deliveries that were just made over to lanes that run on other servers, and to lanes that
 * run here what others made. Sealed, since they say what is to be sent to whom. What does not
 * arrive is read by its lane within seconds. Thread-safe.
 */
@Component
class HandOvers {

  static final String TOPIC = "hand-over";

  private static final Logger log = LoggerFactory.getLogger(HandOvers.class);
  private static final Duration WARN_EVERY = Duration.ofMinutes(1);

  /** Bytes: base64 makes four characters of three. */
  private static final int LONGEST =
      (ServerMessages.MAX_LENGTH - TOPIC.length() - 1) / 4 * 3 - MessageSeal.MOST_OVERHEAD;

  private final ServerMessages messages;
  private final MessageSeal seal;
  private final EventContents contents;
  private final LocalLanes localLanes;
  private final AtomicLong warnAgainNanos = new AtomicLong(System.nanoTime());

  HandOvers(
      ServerMessages messages, MessageSeal seal, EventContents contents, LocalLanes localLanes) {
    this.messages = messages;
    this.seal = seal;
    this.contents = contents;
    this.localLanes = localLanes;
    messages.subscribe(TOPIC, this::receive);
  }

  /** Tells all servers of deliveries, once they are committed. */
  void send(List<NewDelivery> deliveries) {
    if (deliveries.isEmpty()) {
      return;
    }
    List<UUID> events = deliveries.stream().map(NewDelivery::eventId).toList();
    Map<UUID, EventContent> atHand = contents.atHand(events, HandOverMessage.LONGEST_CONTENT);
    messages.publish(
        TOPIC,
        HandOverMessage.encode(deliveries, atHand, LONGEST).stream().map(this::sealed).toList());
    // Whose lane it is needs what they hold.
    events.forEach(contents::ended);
  }

  private String sealed(byte[] message) {
    return Base64.getEncoder().encodeToString(seal.seal(TOPIC, message));
  }

  private void receive(String text) {
    opened(text).ifPresentOrElse(opened -> take(HandOverMessage.decode(opened)), this::warn);
  }

  private Optional<byte[]> opened(String text) {
    try {
      return seal.open(TOPIC, Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException _) {
      // No server sends anything but base64.
      return Optional.empty();
    }
  }

  /** Anybody may send such messages, in any number. */
  private void warn() {
    long now = System.nanoTime();
    long at = warnAgainNanos.get();
    if (now - at >= 0 && warnAgainNanos.compareAndSet(at, now + WARN_EVERY.toNanos())) {
      log.warn(
          "A message that hands deliveries over was sealed with a key that"
              + " HTTPQUEUE_ENCRYPTION_KEYS does not have, or by none; such are left alone, and"
              + " what they tell of is read within seconds");
    }
  }

  private void take(HandOverMessage handed) {
    Map<WebhookId, List<NewDelivery>> mine =
        handed.deliveries().stream()
            .filter(delivery -> localLanes.hasCurrent(delivery.webhookId()))
            .collect(groupingBy(NewDelivery::webhookId));
    Map<UUID, Long> deliveriesOf =
        mine.values().stream()
            .flatMap(List::stream)
            .collect(groupingBy(NewDelivery::eventId, counting()));
    deliveriesOf.forEach(
        (event, deliveries) -> {
          EventContent content = handed.contents().get(event);
          if (content != null) {
            contents.expect(event, content, deliveries.intValue());
          }
        });
    mine.forEach((webhook, deliveries) -> localLanes.tell(webhook, new HandedOver(deliveries)));
  }
}
