package io.httpqueue.webhook;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The columns of {@code webhook} as parameters and as records. Thread-safe. */
final class WebhookRows {

  private static final TypeReference<LinkedHashMap<String, String>> TEXTS =
      new TypeReference<>() {};

  private final JsonMapper json = JsonMapper.builder().build();
  private final HeaderStore headers;

  WebhookRows(HeaderStore headers) {
    this.headers = headers;
  }

  /**
   * By the names that the statements of {@link WebhookRepository} give them. {@code headers} and
   * {@code headersEncrypted} belong together: a statement that writes one writes both.
   */
  Map<String, @Nullable Object> parameters(WebhookId id, WebhookDefinition webhook) {
    DeliveryPolicy policy = webhook.policy();
    RetryOverrides retry = policy.retry();
    RateLimit rate = policy.rateLimit();
    Map<String, @Nullable Object> parameters = new HashMap<>();
    parameters.put("namespace", webhook.namespace());
    parameters.put("url", webhook.url().toString());
    parameters.put("patterns", webhook.eventPatterns().toArray(String[]::new));
    parameters.put("headers", headers.plain(webhook.headers()));
    parameters.put("headersEncrypted", headers.encrypted(id, webhook.headers()));
    parameters.put("timeoutSeconds", Math.toIntExact(webhook.timeout().toSeconds()));
    parameters.put("active", webhook.active());
    parameters.put("description", webhook.description());
    parameters.put("maxAttempts", retry.maxAttempts());
    parameters.put("firstDelayMillis", millis(retry.firstDelay()));
    parameters.put("factor", retry.factor());
    parameters.put("maxDelayMillis", millis(retry.maxDelay()));
    parameters.put("maxInFlight", policy.maxInFlight());
    parameters.put("ratePerSecond", rate == null ? null : rate.perSecond());
    parameters.put("burst", rate == null ? null : rate.givenBurst());
    parameters.put("ordering", policy.ordering().name());
    parameters.put("whenHeadFails", policy.whenHeadFails().name());
    parameters.put("filter", webhook.filter());
    parameters.put("labels", json.writeValueAsString(webhook.labels()));
    return parameters;
  }

  Webhook read(ResultSet row, int rowNumber) throws SQLException {
    WebhookId id = new WebhookId(row.getObject("id", UUID.class));
    return new Webhook(
        id,
        definition(id, row),
        instant(row, "paused_at"),
        disabled(row),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant(),
        instant(row, "deleted_at"),
        instant(row, "client_certificate_expires_at"));
  }

  private WebhookDefinition definition(WebhookId id, ResultSet row) throws SQLException {
    return new WebhookDefinition(
        row.getString("namespace"),
        URI.create(row.getString("url")),
        List.of((String[]) row.getArray("event_patterns").getArray()),
        headers.read(id, row),
        Duration.ofSeconds(row.getInt("timeout_seconds")),
        row.getBoolean("active"),
        row.getString("description"),
        policy(row),
        row.getString("filter"),
        texts(row.getString("labels")));
  }

  private static DeliveryPolicy policy(ResultSet row) throws SQLException {
    return new DeliveryPolicy(
        new RetryOverrides(
            row.getObject("retry_max_attempts", Integer.class),
            duration(row, "retry_first_delay_ms"),
            row.getObject("retry_factor", Double.class),
            duration(row, "retry_max_delay_ms")),
        row.getObject("max_in_flight", Integer.class),
        rateLimit(row),
        Ordering.valueOf(row.getString("ordering")),
        HeadFailure.valueOf(row.getString("when_head_fails")));
  }

  private static @Nullable RateLimit rateLimit(ResultSet row) throws SQLException {
    Double perSecond = row.getObject("rate_limit_per_second", Double.class);
    return perSecond == null
        ? null
        : new RateLimit(perSecond, row.getObject("rate_limit_burst", Integer.class));
  }

  private static @Nullable Disabled disabled(ResultSet row) throws SQLException {
    Instant at = instant(row, "disabled_at");
    return at == null
        ? null
        : new Disabled(Disabled.Reason.valueOf(row.getString("disabled_reason")), at);
  }

  private Map<String, String> texts(String object) {
    return json.readValue(object, TEXTS);
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime moment = row.getObject(column, OffsetDateTime.class);
    return moment == null ? null : moment.toInstant();
  }

  private static @Nullable Duration duration(ResultSet row, String column) throws SQLException {
    Long millis = row.getObject(column, Long.class);
    return millis == null ? null : Duration.ofMillis(millis);
  }

  private static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }
}
