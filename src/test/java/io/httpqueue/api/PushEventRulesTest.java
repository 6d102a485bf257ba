package io.httpqueue.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.event.EventOptions;
import io.httpqueue.event.NewEvent;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PushEventRulesTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final PushEventRules rules = new PushEventRules(() -> NOW);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "0",
        "-1.5e+10",
        "\"\"",
        " \t\r\n{ \"a\" : [ 1 , true ] } \n",
        "{\"a\":1,\"a\":2}",
        "\"\\u0000 ü 😀 \\ud800\"",
        "12345678901234567890123456789012345678901234567890"
      })
  void aPayloadIsKeptByteForByte(String payload) {
    NewEvent event = rules.read(valid().setPayload(payload).build());

    assertThat(event.payload()).isEqualTo(payload.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "{}{}",
        "{} x",
        "1 2",
        "[1,]",
        "{\"a\":}",
        "{a:1}",
        "'a'",
        "NaN",
        "Infinity",
        "01",
        "+1",
        "1.",
        ".5",
        "tru",
        "truely",
        "\"a",
        "\"a\nb\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\uFEFF{}",
        "\0{\0}",
        "{}\0",
        "{\0}\0",
        "\0",
        "// c\n{}",
        "{} # c",
        "\u00A0{}"
      })
  void aPayloadThatIsNotOneJsonValueIsRefused(String payload) {
    assertThat(violations(valid().setPayload(payload).build())).containsOnlyKeys("payload");
  }

  @Test
  void aPayloadIsNotShownWhenItIsRefused() {
    assertThat(violations(valid().setPayload("{\"card\": secret4711}").build()).get("payload"))
        .isEqualTo("is not valid JSON: it breaks at line 1, column 10")
        .doesNotContain("secret");
  }

  @Test
  void aPayloadHasAtMostOneMebibyte() {
    String most = "\"" + "x".repeat(1024 * 1024 - 2) + "\"";
    assertThat(rules.read(valid().setPayload(most).build()).payload()).hasSize(1_048_576);
    assertThat(violations(valid().setPayload(most + " ").build())).containsOnlyKeys("payload");
    String umlauts = "\"" + "ü".repeat(512 * 1024) + "\"";
    assertThat(violations(valid().setPayload(umlauts).build())).containsOnlyKeys("payload");
  }

  @Test
  void aPayloadIsNotNestedOrCountedWithoutEnd() {
    assertThat(violations(valid().setPayload(nested(500)).build())).isEmpty();
    assertThat(violations(valid().setPayload(nested(501)).build()).get("payload"))
        .contains("500 levels");
    assertThat(violations(valid().setPayload("1".repeat(1000)).build())).isEmpty();
    assertThat(violations(valid().setPayload("1".repeat(1001)).build()).get("payload"))
        .contains("1000 characters");
  }

  @Test
  void aLongNameInAPayloadIsAllowed() {
    assertThat(violations(valid().setPayload("{\"" + "n".repeat(200_000) + "\":1}").build()))
        .isEmpty();
  }

  @Test
  void manyNamesInAPayloadAreAllowed() {
    String object =
        IntStream.range(0, 60_000)
            .mapToObj(i -> "\"k" + i + "\":1")
            .collect(Collectors.joining(",", "{", "}"));
    assertThat(violations(valid().setPayload(object).build())).isEmpty();
  }

  @Test
  void onlyWholeNamesCanBePushed() {
    for (String event : new String[] {"*", "order.*", "", "a b"}) {
      assertThat(violations(valid().setEvent(event).build())).containsOnlyKeys("event");
    }
  }

  @Test
  void everyWrongFieldIsNamedAtOnce() {
    PushEventRequest request =
        PushEventRequest.newBuilder()
            .setEvent("*")
            .setPayload("{")
            .setTtlSeconds(-1)
            .putMetadata("k", "\0")
            .build();

    assertThat(violations(request).keySet())
        .containsExactlyInAnyOrder("namespace", "event", "payload", "ttl_seconds", "metadata[k]");
  }

  @Test
  void theTimeToLiveIsOneSecondToThirtyDaysOrTheServersDefault() {
    assertThat(rules.read(valid().build()).timeToLive()).isNull();
    assertThat(rules.read(valid().setTtlSeconds(1).build()).timeToLive())
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(rules.read(valid().setTtlSeconds(2_592_000).build()).timeToLive())
        .isEqualTo(Duration.ofDays(30));
    for (long seconds : new long[] {-1, 2_592_001, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(violations(valid().setTtlSeconds(seconds).build()))
          .containsOnlyKeys("ttl_seconds");
    }
  }

  @Test
  void metadataHasAtMost64EntriesAnd16KiB() {
    PushEventRequest.Builder most = valid();
    IntStream.range(0, 64).forEach(i -> most.putMetadata("k" + (10 + i), "v".repeat(253)));
    assertThat(violations(most.build())).isEmpty();
    assertThat(violations(most.clone().putMetadata("k10", "v".repeat(252) + "ü").build()))
        .containsOnlyKeys("metadata");
    assertThat(violations(most.clone().putMetadata("k10", "").putMetadata("k", "").build()))
        .containsOnlyKeys("metadata");
  }

  @Test
  void optionsAreReadAndThoseThatAreNotGivenAreNone() {
    assertThat(rules.read(valid().build()).options()).isEqualTo(EventOptions.NONE);
    String webhook = "0195b6f0-0000-7000-8000-000000000000";
    long ahead = NOW.plus(Duration.ofDays(30)).toEpochMilli();
    PushEventRequest request =
        valid()
            .setIdempotencyKey("!" + "k".repeat(253) + "~")
            .setDeliverAtMs(ahead)
            .addWebhookIds(webhook)
            .addWebhookIds(webhook)
            .build();

    EventOptions options = rules.read(request).options();

    assertThat(options.idempotencyKey()).hasSize(255);
    assertThat(options.deliverAt()).isEqualTo(NOW.plus(Duration.ofDays(30)));
    assertThat(options.orderingKey()).isNull();
    assertThat(options.webhookIds()).containsExactly(WebhookId.parse(webhook));
    assertThat(rules.read(valid().setOrderingKey("😀".repeat(255)).build()).options().orderingKey())
        .isEqualTo("😀".repeat(255));
  }

  @Test
  void everyWrongOptionIsNamedAtOnce() {
    PushEventRequest.Builder request =
        valid()
            .setIdempotencyKey("a b")
            .setDeliverAtMs(NOW.plus(Duration.ofDays(30)).toEpochMilli() + 1)
            .setOrderingKey("k")
            .addWebhookIds("0195b6f0-0000-7000-8000-000000000000")
            .addWebhookIds("x");
    assertThat(violations(request.build()))
        .containsOnlyKeys("idempotency_key", "deliver_at_ms", "ordering_key", "webhook_ids[1]");

    assertThat(violations(valid().setIdempotencyKey("k".repeat(256)).build()))
        .containsOnlyKeys("idempotency_key");
    assertThat(violations(valid().setIdempotencyKey("ü").build()))
        .containsOnlyKeys("idempotency_key");
    assertThat(violations(valid().setDeliverAtMs(-1).build())).containsOnlyKeys("deliver_at_ms");
    assertThat(violations(valid().setOrderingKey("k".repeat(256)).build()))
        .containsOnlyKeys("ordering_key");
    assertThat(violations(valid().setOrderingKey("\0").build())).containsOnlyKeys("ordering_key");
    PushEventRequest.Builder many = valid();
    IntStream.range(0, 101).forEach(i -> many.addWebhookIds("x"));
    assertThat(violations(many.build())).containsOnlyKeys("webhook_ids");
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static PushEventRequest.Builder valid() {
    return PushEventRequest.newBuilder()
        .setNamespace("shop")
        .setEvent("order.created")
        .setPayload("{}");
  }

  private Map<String, String> violations(PushEventRequest request) {
    try {
      rules.read(request);
      return Map.of();
    } catch (InvalidRequestException e) {
      return e.violations().stream()
          .collect(Collectors.toMap(FieldViolation::field, FieldViolation::description));
    }
  }
}
