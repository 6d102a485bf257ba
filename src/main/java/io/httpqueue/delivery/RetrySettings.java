package io.httpqueue.delivery;

import io.httpqueue.settings.Range;
import io.httpqueue.webhook.RetryOverrides;
import java.time.Duration;
import java.util.Objects;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The server's retry policy. */
@ConfigurationProperties("httpqueue.retry")
record RetrySettings(
    @Range(from = "1", to = "100") int maxAttempts,
    @Range(from = "10ms", to = "1d") Duration firstDelay,
    @Range(from = "1.0", to = "10.0") double factor,
    @Range(from = "10ms", to = "7d") Duration maxDelay,
    @Range(from = "0.0", to = "1.0") double jitter) {

  /** The policy of a webhook: its own where it has one. */
  RetryPolicy policy(RetryOverrides own) {
    Duration first = Objects.requireNonNullElse(own.firstDelay(), firstDelay);
    Duration longest = Objects.requireNonNullElse(own.maxDelay(), maxDelay);
    return new RetryPolicy(
        Objects.requireNonNullElse(own.maxAttempts(), maxAttempts),
        first,
        Objects.requireNonNullElse(own.factor(), factor),
        longest.compareTo(first) < 0 ? first : longest,
        jitter);
  }
}
