package io.httpqueue.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RetryPolicy;
import io.httpqueue.webhook.DeliveryPolicy;
import io.httpqueue.webhook.HeadFailure;
import io.httpqueue.webhook.Ordering;
import io.httpqueue.webhook.RateLimit;
import io.httpqueue.webhook.RetryOverrides;
import io.httpqueue.webhook.WebhookDefinition;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegisterWebhookRulesTest {

  @Test
  void aFullRequestBecomesAWebhook() {
    WebhookDefinition webhook =
        RegisterWebhookRules.read(
            valid()
                .putHeaders("Authorization", "Bearer secret")
                .setTimeout(300)
                .setActive(false)
                .setDescription("ü".repeat(1024))
                .build());

    assertThat(webhook)
        .isEqualTo(
            new WebhookDefinition(
                "shop",
                URI.create("https://example.com/hook"),
                List.of("order.created"),
                Map.of("Authorization", "Bearer secret"),
                Duration.ofMinutes(5),
                false,
                "ü".repeat(1024),
                DeliveryPolicy.DEFAULT,
                null,
                Map.of()));
  }

  @Test
  void policyFilterAndLabelsAreTaken() {
    WebhookDefinition webhook =
        RegisterWebhookRules.read(
            valid()
                .setRetryPolicy(
                    RetryPolicy.newBuilder()
                        .setMaxAttempts(100)
                        .setFirstDelayMs(10)
                        .setFactor(10)
                        .setMaxDelayMs(604_800_000))
                .setMaxInFlight(512)
                .setRateLimitPerSecond(0.001)
                .setRateLimitBurst(10_000)
                .setOrdering(io.httpqueue.api.v1.Ordering.ORDERING_WHOLE_WEBHOOK)
                .setWhenHeadFails(io.httpqueue.api.v1.HeadFailure.HEAD_FAILURE_BLOCK)
                .setFilter("payload.amount > 100 && metadata.region == 'eu'")
                .putLabels("team", "billing")
                .build());

    assertThat(webhook.policy())
        .isEqualTo(
            new DeliveryPolicy(
                new RetryOverrides(100, Duration.ofMillis(10), 10.0, Duration.ofDays(7)),
                512,
                new RateLimit(0.001, 10_000),
                Ordering.WHOLE_WEBHOOK,
                HeadFailure.BLOCK));
    assertThat(webhook.filter()).isEqualTo("payload.amount > 100 && metadata.region == 'eu'");
    assertThat(webhook.labels()).containsExactly(Map.entry("team", "billing"));
  }

  @Test
  void everyWrongFieldOfThePolicyIsNamedWithWhatIsAllowed() {
    RegisterWebhookRequest request =
        valid()
            .setRetryPolicy(
                RetryPolicy.newBuilder()
                    .setMaxAttempts(101)
                    .setFirstDelayMs(9)
                    .setFactor(Double.NaN)
                    .setMaxDelayMs(604_800_001))
            .setMaxInFlight(513)
            .setRateLimitPerSecond(-1)
            .setRateLimitBurst(10_001)
            .setOrderingValue(17)
            .setWhenHeadFailsValue(3)
            .setFilter("payload.amount > ")
            .putLabels("", "x")
            .build();

    InvalidRequestException refused =
        catchThrowableOfType(
            InvalidRequestException.class, () -> RegisterWebhookRules.read(request));

    assertThat(refused.violations())
        .extracting(violation -> violation.field() + " " + violation.description())
        .containsExactly(
            "retry_policy.max_attempts is 101, must be 1 to 100, or 0 for the default",
            "retry_policy.first_delay_ms is 9, must be 10 to 86400000, or 0 for the default",
            "retry_policy.factor is NaN, must be 1.0 to 10.0, or 0 for the default",
            "retry_policy.max_delay_ms is 604800001, must be 10 to 604800000, or 0 for the default",
            "max_in_flight is 513, must be 1 to 512, or 0 for the default",
            "rate_limit_per_second is -1.0, must be 0.001 to 10000.0, or 0 for the default",
            "rate_limit_burst is 10001, must be 1 to 10000, or 0 for the default",
            "ordering is 17, must be 1 (none), 2 (by key) or 3 (whole webhook), or 0 for none",
            "when_head_fails is 3, must be 1 (skip) or 2 (block), or 0 for skip",
            refused.violations().get(9).field() + " " + refused.violations().get(9).description(),
            "labels has an entry without a name: names must not be empty");
    assertThat(refused.violations().get(9).field()).isEqualTo("filter");
    assertThat(refused.violations().get(9).description())
        .startsWith("line 1, column 18: mismatched input");
  }

  @Test
  void whatIsNotSetTakesItsDefault() {
    WebhookDefinition webhook = RegisterWebhookRules.read(valid().build());

    assertThat(webhook.timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(webhook.active()).isTrue();
    assertThat(webhook.headers()).isEmpty();
  }

  @Test
  void everyWrongFieldIsNamedAtOnce() {
    RegisterWebhookRequest request =
        RegisterWebhookRequest.newBuilder()
            .setNamespace("a b")
            .addEvents("ok")
            .addEvents("*.bad")
            .addEvents("ok")
            .setUrl("ftp://example.com")
            .putHeaders("Host", "evil")
            .setTimeout(301)
            .setDescription("x".repeat(1025))
            .build();

    assertThat(violations(request).keySet())
        .containsExactlyInAnyOrder(
            "namespace",
            "events[1]",
            "events[2]",
            "url",
            "headers[Host]",
            "timeout",
            "description");
  }

  @Test
  void anEmptyRequestLacksNamespaceEventsAndUrl() {
    assertThat(violations(RegisterWebhookRequest.getDefaultInstance()).keySet())
        .containsExactlyInAnyOrder("namespace", "events", "url");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "a", "a.*", "order.created", "a_b:c-D.9", "a..*", "order.*"})
  void allowedPatterns(String pattern) {
    assertThat(violations(valid().clearEvents().addEvents(pattern).build())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".*", "**", "a*", "*.a", "a.*.b", "a b", "ü", "a\n", "a/b", "a\0"})
  void refusedPatterns(String pattern) {
    assertThat(violations(valid().clearEvents().addEvents(pattern).build()))
        .containsOnlyKeys("events[0]");
  }

  @Test
  void namesHaveAtMost255Characters() {
    String longest = "a".repeat(255);
    assertThat(violations(valid().setNamespace(longest).build())).isEmpty();
    assertThat(violations(valid().setNamespace(longest + "a").build())).containsKey("namespace");
    assertThat(violations(valid().addEvents("a".repeat(253) + ".*").build())).isEmpty();
    assertThat(violations(valid().addEvents("a".repeat(254) + ".*").build()))
        .containsKey("events[1]");
  }

  @Test
  void aNamespaceIsNoPattern() {
    assertThat(violations(valid().setNamespace("*").build())).containsKey("namespace");
  }

  @Test
  void thereAreAtMost100Events() {
    List<String> names = IntStream.range(0, 101).mapToObj(i -> "e" + i).toList();
    assertThat(violations(valid().clearEvents().addAllEvents(names.subList(0, 100)).build()))
        .isEmpty();
    assertThat(violations(valid().clearEvents().addAllEvents(names).build()))
        .containsOnlyKeys("events");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com",
        "HTTPS://example.com:65535/a?b=c%20d",
        "http://localhost:1/",
        "http://127.0.0.1/",
        "http://[::1]:8080/",
        "http://example.com:/"
      })
  void allowedUrls(String url) {
    assertThat(violations(valid().setUrl(url).build())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com/hook",
        "/hook",
        "//example.com",
        "mailto:a@example.com",
        "http:",
        "http://",
        "http:///path",
        "http://example.com/#part",
        "http://example.com/#",
        "http://user@example.com/",
        "http://user:secret@example.com/",
        "http://@example.com/",
        "http://example.com:0/",
        "http://example.com:65536/",
        "http://example.com:-1/",
        "http://exa mple.com/",
        "http://example.com/a b",
        "http://example.com/\r\nX: y",
        "http://münchen.example/",
        "http://example.com/ü",
        "http://a_b.example/",
        "http://[fe80::1%25eth0]/",
        "http://example.com\\@other.example/",
        "http://1.2.3.4.5/",
        "javascript:alert(1)",
        "http://.../"
      })
  void refusedUrls(String url) {
    assertThat(violations(valid().setUrl(url).build())).containsOnlyKeys("url");
  }

  @Test
  void aUrlHasAtMost2048Characters() {
    String longest = "http://example.com/" + "a".repeat(2029);
    assertThat(violations(valid().setUrl(longest).build())).isEmpty();
    assertThat(violations(valid().setUrl(longest + "a").build())).containsOnlyKeys("url");
  }

  @Test
  void aPasswordInAUrlIsNotShown() {
    assertThat(violations(valid().setUrl("http://user:secret@example.com/").build()).get("url"))
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "content-length",
        "Transfer-Encoding",
        "CONNECTION",
        "TE",
        "Trailer",
        "Upgrade",
        "Keep-Alive",
        "Proxy-Authorization",
        "Expect",
        "webhook-id",
        "Webhook-Signature",
        "HTTPQueue-Event",
        "httpqueue-x",
        "traceparent",
        "",
        "a b",
        "a:b",
        "a\r\nb",
        "ü",
        "(a)"
      })
  void refusedHeaderNames(String name) {
    assertThat(violations(valid().putHeaders(name, "v").build())).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Type", "User-Agent", "X-Webhook", "!#$%&'*+-.^_`|~09az"})
  void allowedHeaderNames(String name) {
    assertThat(violations(valid().putHeaders(name, "v").build())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"q7\rb", "q7\nb", "q7\0b", " q7", "q7 ", "\tq7", "q7ü", "q7\u007fb", "q7\u001bb"})
  void refusedHeaderValuesAreNotShown(String value) {
    Map<String, String> violations = violations(valid().putHeaders("X", value).build());
    assertThat(violations).containsOnlyKeys("headers[X]");
    assertThat(violations.get("headers[X]")).doesNotContain("q7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a b\tc", "~!\"'"})
  void allowedHeaderValues(String value) {
    assertThat(violations(valid().putHeaders("X", value).build())).isEmpty();
  }

  @Test
  void headersThatDifferOnlyInCaseAreRefused() {
    assertThat(violations(valid().putHeaders("X-A", "1").putHeaders("x-a", "2").build()))
        .containsOnlyKeys("headers[x-a]");
  }

  @Test
  void thereAreAtMost64HeadersOf16KiB() {
    RegisterWebhookRequest.Builder most = valid();
    IntStream.range(0, 64).forEach(i -> most.putHeaders("x" + (10 + i), "v".repeat(253)));
    assertThat(violations(most.build())).isEmpty();
    assertThat(violations(most.clone().putHeaders("x10", "v".repeat(254)).build()))
        .containsOnlyKeys("headers");
    assertThat(violations(most.clone().putHeaders("x10", "").putHeaders("y", "").build()))
        .containsOnlyKeys("headers");
  }

  @Test
  void aTimeoutIsNotNegative() {
    assertThat(violations(valid().setTimeout(-1).build())).containsOnlyKeys("timeout");
  }

  @Test
  void aDescriptionHoldsNoNul() {
    assertThat(violations(valid().setDescription("a\0b").build())).containsOnlyKeys("description");
  }

  @Test
  void whatIsToldStaysSmallEnoughForAnyClient() {
    RegisterWebhookRequest.Builder request = valid().clearEvents();
    IntStream.range(0, 100_000).forEach(i -> request.addEvents("\u0001ü".repeat(50) + i));

    InvalidRequestException invalid =
        catchThrowableOfType(
            InvalidRequestException.class, () -> RegisterWebhookRules.read(request.build()));

    int bytes =
        invalid.violations().stream()
            .mapToInt(
                v -> v.field().getBytes(UTF_8).length + v.description().getBytes(UTF_8).length)
            .sum();
    assertThat(bytes).isBetween(1000, 4096);
    assertThat(invalid.getMessage()).contains("more").hasSizeLessThan(300);
  }

  private static RegisterWebhookRequest.Builder valid() {
    return RegisterWebhookRequest.newBuilder()
        .setNamespace("shop")
        .addEvents("order.created")
        .setUrl("https://example.com/hook");
  }

  /** Field to description. */
  private static Map<String, String> violations(RegisterWebhookRequest request) {
    try {
      RegisterWebhookRules.read(request);
      return Map.of();
    } catch (InvalidRequestException e) {
      return e.violations().stream()
          .collect(Collectors.toMap(FieldViolation::field, FieldViolation::description));
    }
  }
}
