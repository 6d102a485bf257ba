package io.httpqueue.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.event.NewEvent;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PushEventRulesTest {

  private final PushEventRules rules = new PushEventRules();

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
