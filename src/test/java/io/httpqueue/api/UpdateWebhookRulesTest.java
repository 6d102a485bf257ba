package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.FieldMask;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RetryPolicy;
import io.httpqueue.api.v1.UpdateWebhookRequest;
import io.httpqueue.webhook.CertificateChange;
import io.httpqueue.webhook.DeliveryPolicy;
import io.httpqueue.webhook.HeadFailure;
import io.httpqueue.webhook.Ordering;
import io.httpqueue.webhook.RateLimit;
import io.httpqueue.webhook.RetryOverrides;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookDefinition;
import io.httpqueue.webhook.WebhookId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateWebhookRulesTest {

  private static final String ID = "01926e3a-0000-7000-8000-000000000000";

  private static final WebhookDefinition FULL =
      new WebhookDefinition(
          "shop",
          URI.create("https://example.com/hook"),
          List.of("order.*", "a"),
          Map.of("X-A", "1"),
          Duration.ofSeconds(5),
          false,
          "about",
          new DeliveryPolicy(
              new RetryOverrides(3, Duration.ofSeconds(1), 2.5, Duration.ofHours(1)),
              7,
              new RateLimit(0.5, 4),
              Ordering.BY_KEY,
              HeadFailure.BLOCK),
          "payload.a == 1",
          Map.of("team", "billing"));

  private static UpdateWebhookRequest.Builder request(String... paths) {
    return UpdateWebhookRequest.newBuilder()
        .setWebhookId(ID)
        .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)));
  }

  private static WebhookDefinition update(UpdateWebhookRequest.Builder request) {
    return read(request.build()).applyTo(webhook(null));
  }

  private static UpdateWebhookRules.Change read(UpdateWebhookRequest request) {
    // What is wrong with an address or a certificate is the subject of other tests.
    return UpdateWebhookRules.read(request, (_, _) -> Optional.empty());
  }

  private static Webhook webhook(@Nullable Instant certificateExpiresAt) {
    Instant now = Instant.EPOCH;
    return new Webhook(WebhookId.parse(ID), FULL, null, null, now, now, null, certificateExpiresAt);
  }

  private static Map<String, String> violations(Supplier<?> read) {
    InvalidRequestException refused =
        catchThrowableOfType(InvalidRequestException.class, read::get);
    return refused.violations().stream()
        .collect(
            Collectors.toMap(
                FieldViolation::field, FieldViolation::description, (a, b) -> a + " " + b));
  }

  @Test
  void aWebhookIsTheSameAsTheRequestThatWouldRegisterIt() {
    assertThat(RegisterWebhookRules.read(WebhookMessages.request(FULL))).isEqualTo(FULL);
  }

  @Test
  void onlyWhatIsNamedChanges() {
    WebhookDefinition updated =
        update(
            request("url", "labels")
                .setWebhook(
                    RegisterWebhookRequest.newBuilder()
                        .setUrl("https://example.com/new")
                        .putLabels("tier", "gold")
                        .setTimeout(99)
                        .setNamespace("other")));
    assertThat(updated)
        .isEqualTo(
            new WebhookDefinition(
                "shop",
                URI.create("https://example.com/new"),
                FULL.eventPatterns(),
                FULL.headers(),
                FULL.timeout(),
                false,
                "about",
                FULL.policy(),
                FULL.filter(),
                Map.of("tier", "gold")));
  }

  @Test
  void whatIsNamedAndNotSetGetsItsDefault() {
    WebhookDefinition updated =
        update(
            request(
                "headers",
                "timeout",
                "active",
                "description",
                "retry_policy",
                "max_in_flight",
                "rate_limit_per_second",
                "rate_limit_burst",
                "ordering",
                "when_head_fails",
                "filter",
                "labels"));
    assertThat(updated)
        .isEqualTo(
            new WebhookDefinition(
                "shop",
                FULL.url(),
                FULL.eventPatterns(),
                Map.of(),
                Duration.ofSeconds(30),
                true,
                "",
                DeliveryPolicy.DEFAULT,
                null,
                Map.of()));
  }

  @Test
  void oneFieldOfTheRetryPolicyCanBeNamed() {
    WebhookDefinition updated =
        update(
            request("retry_policy.max_attempts", "retry_policy.factor")
                .setWebhook(
                    RegisterWebhookRequest.newBuilder()
                        .setRetryPolicy(
                            RetryPolicy.newBuilder().setMaxAttempts(9).setMaxDelayMs(10))));
    assertThat(updated.policy().retry())
        .isEqualTo(new RetryOverrides(9, Duration.ofSeconds(1), null, Duration.ofHours(1)));
  }

  @Test
  void everythingThatIsWrongIsNamedAtOnce() {
    Map<String, String> found =
        violations(
            () ->
                read(
                    request("url", "nothing", "events", "namespace", "secret", "labels.team")
                        .setWebhookId("x")
                        .setWebhook(
                            RegisterWebhookRequest.newBuilder().setUrl("ftp://a").setTimeout(-1))
                        .build()));
    assertThat(found)
        .containsOnlyKeys("webhook_id", "update_mask", "webhook.url", "webhook.events");
    assertThat(found.get("update_mask"))
        .contains("\"nothing\"", "must name events, url", "RotateSecret", "cannot change")
        .contains("\"labels.team\"");
  }

  @ParameterizedTest
  @CsvSource({"rate_limit_per_second,webhook.rate_limit_burst", "ordering,webhook.when_head_fails"})
  void aChangeMustSuitWhatStaysAsItIs(String path, String field) {
    assertThat(violations(() -> update(request(path)))).containsOnlyKeys(field);
  }

  @Test
  void aDelayMustSuitTheOneThatStays() {
    UpdateWebhookRequest.Builder request =
        request("retry_policy.max_delay_ms")
            .setWebhook(
                RegisterWebhookRequest.newBuilder()
                    .setRetryPolicy(RetryPolicy.newBuilder().setMaxDelayMs(999)));
    assertThat(violations(() -> update(request)))
        .containsEntry(
            "webhook.retry_policy.max_delay_ms",
            "is 999, must be at least retry_policy.first_delay_ms, which is 1000");
  }

  @Test
  void aWebhookWithAClientCertificateStaysWithHttps() {
    UpdateWebhookRequest plain =
        request("url").setWebhook(RegisterWebhookRequest.newBuilder().setUrl("http://a/")).build();
    Webhook before = webhook(Instant.EPOCH);
    assertThat(violations(() -> read(plain).applyTo(before)))
        .containsOnlyKeys("webhook.client_certificate");
    UpdateWebhookRequest both =
        plain.toBuilder()
            .setUpdateMask(FieldMask.newBuilder().addPaths("url").addPaths("client_certificate"))
            .build();
    assertThat(read(both).certificate()).isEqualTo(new CertificateChange.Remove());
    assertThat(read(both).applyTo(before).url()).isEqualTo(URI.create("http://a/"));
  }

  @Test
  void aMaskIsRequired() {
    assertThat(violations(() -> update(request()))).containsOnlyKeys("update_mask");
  }
}
