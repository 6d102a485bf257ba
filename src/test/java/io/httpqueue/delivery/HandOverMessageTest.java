package io.httpqueue.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HandOverMessageTest {

  private static final int LONGEST = 5_800;
  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final WebhookId webhook = new WebhookId(new UUID(1, 2));

  @Test
  void deliveriesArriveWithWhatTheirEventsHold() {
    NewDelivery delivery = delivery(7);
    EventContent content = content("{\"läßt\":\"grüßen\"}", "00-trace-01");
    HandOverMessage arrived = sent(List.of(delivery), Map.of(delivery.eventId(), content));

    NewDelivery first = arrived.deliveries().getFirst();
    assertThat(first.id()).isEqualTo(delivery.id());
    assertThat(first.webhookId()).isEqualTo(webhook);
    assertThat(first.eventId()).isEqualTo(delivery.eventId());
    assertThat(first.maxAttempts()).isEqualTo(delivery.maxAttempts());
    EventContent read = arrived.contents().get(delivery.eventId());
    assertThat(read).usingRecursiveComparison().isEqualTo(content);
  }

  @Test
  void whatHasNoTraceAndWhatIsNotAtHandArriveToo() {
    NewDelivery known = delivery(1);
    NewDelivery unknown = delivery(2);
    HandOverMessage arrived =
        sent(List.of(known, unknown), Map.of(known.eventId(), content("", null)));
    assertThat(arrived.deliveries())
        .extracting(NewDelivery::id)
        .containsExactly(known.id(), unknown.id());
    assertThat(arrived.contents()).containsOnlyKeys(known.eventId());
    assertThat(arrived.contents().get(known.eventId()))
        .extracting(EventContent::traceparent)
        .isNull();
  }

  @Test
  void timesArriveByTheClockOfTheOneWhoReads() {
    NewDelivery delivery = delivery(7);
    NewDelivery arrived = sent(List.of(delivery), Map.of()).deliveries().getFirst();
    // On one machine the clocks are the same; what passes between is left out.
    assertThat(arrived.writtenNanos() - delivery.writtenNanos()).isBetween(0L, 30 * SECOND);
    assertThat(arrived.expiresAtNanos() - arrived.writtenNanos())
        .isEqualTo(delivery.expiresAtNanos() - delivery.writtenNanos());
  }

  @Test
  void manyAreSharedOutToMessagesThatPostgresTakes() {
    List<NewDelivery> deliveries = IntStream.range(0, 500).mapToObj(this::delivery).toList();
    Map<UUID, EventContent> contents =
        deliveries.stream()
            .collect(
                Collectors.toMap(
                    NewDelivery::eventId,
                    delivery -> content("x".repeat(delivery.maxAttempts() * 4), "ü".repeat(30))));
    List<byte[]> encoded = HandOverMessage.encode(deliveries, contents, LONGEST);

    assertThat(encoded).hasSizeGreaterThan(50).allMatch(bytes -> bytes.length <= LONGEST);
    List<HandOverMessage> messages = encoded.stream().map(HandOverMessage::decode).toList();
    assertThat(messages)
        .flatMap(HandOverMessage::deliveries)
        .extracting(NewDelivery::id)
        .containsExactlyElementsOf(deliveries.stream().map(NewDelivery::id).toList());
    assertThat(messages)
        .allMatch(
            message ->
                message
                    .contents()
                    .keySet()
                    .containsAll(message.deliveries().stream().map(NewDelivery::eventId).toList()));
  }

  @Test
  void aLongContentFitsInOneMessage() {
    EventContent longest =
        new EventContent(
            "ü".repeat(255),
            "ü".repeat(255),
            new byte[HandOverMessage.LONGEST_CONTENT],
            "ü".repeat(64));
    NewDelivery delivery = delivery(1);
    List<byte[]> encoded =
        HandOverMessage.encode(List.of(delivery), Map.of(delivery.eventId(), longest), 5_000);
    assertThat(encoded).singleElement().matches(bytes -> bytes.length <= 5_000);
  }

  @Test
  void aContentThatFitsInNoMessageIsLeftOut() {
    NewDelivery long1 = delivery(1);
    NewDelivery short1 = delivery(2);
    Map<UUID, EventContent> contents =
        Map.of(
            long1.eventId(), content("{}", "x".repeat(6_000)),
            short1.eventId(), content("{}", null));
    HandOverMessage arrived = sent(List.of(long1, short1), contents);
    assertThat(arrived.deliveries()).hasSize(2);
    assertThat(arrived.contents()).containsOnlyKeys(short1.eventId());
  }

  @Test
  void whatManyDeliveriesShareIsSentOnce() {
    UUID event = new UUID(9, 9);
    List<NewDelivery> deliveries =
        IntStream.range(0, 20)
            .mapToObj(n -> new NewDelivery(new UUID(n, n), webhook, event, 15, 0, HOUR, null))
            .toList();
    Map<UUID, EventContent> contents = Map.of(event, content("x".repeat(2_000), null));
    assertThat(HandOverMessage.encode(deliveries, contents, LONGEST)).hasSize(1);
  }

  @Test
  void aMessageOfAnotherReleaseIsRefused() {
    byte[] newer = {0, 0, 0, 2, 0, 1};
    assertThatThrownBy(() -> HandOverMessage.decode(newer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 2");
  }

  @Test
  void aMessageThatIsCutShortIsRefused() {
    NewDelivery delivery = delivery(1);
    byte[] whole =
        HandOverMessage.encode(
                List.of(delivery), Map.of(delivery.eventId(), content("{}", null)), LONGEST)
            .getFirst();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> HandOverMessage.decode(part))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static HandOverMessage sent(
      List<NewDelivery> deliveries, Map<UUID, EventContent> contents) {
    List<byte[]> encoded = HandOverMessage.encode(deliveries, contents, LONGEST);
    assertThat(encoded).hasSize(1);
    return HandOverMessage.decode(encoded.getFirst());
  }

  private static EventContent content(String payload, @Nullable String traceparent) {
    return new EventContent("shop", "order.created", payload.getBytes(UTF_8), traceparent);
  }

  private NewDelivery delivery(int number) {
    long now = System.nanoTime();
    return new NewDelivery(
        new UUID(5, number),
        webhook,
        new UUID(6, number),
        number + 1,
        now - Duration.ofMillis(20).toNanos(),
        now + HOUR,
        null);
  }
}
