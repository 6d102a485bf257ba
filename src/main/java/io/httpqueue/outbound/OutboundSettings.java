package io.httpqueue.outbound;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How connections to receivers are kept.
 *
 * @param maxConnections open at the same time, in use or idle; attempts beyond it wait for one, in
 *     their own time
 * @param maxConnectionsPerReceiver the same for one scheme, host and port
 * @param connectTimeout for one address of a receiver to accept a connection, and as long again for
 *     its TLS handshake; the next address is tried then
 * @param idleTimeout an unused connection is closed after it
 * @param maxConnectionAge a connection is not used again after it, so that a changed DNS answer
 *     takes effect
 */
@ConfigurationProperties("httpqueue.outbound")
public record OutboundSettings(
    @Min(1) @Max(100_000) int maxConnections,
    @Min(1) @Max(100_000) int maxConnectionsPerReceiver,
    @DurationMin(millis = 100) @DurationMax(minutes = 5) Duration connectTimeout,
    @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration idleTimeout,
    @DurationMin(seconds = 1) @DurationMax(hours = 24) Duration maxConnectionAge) {}
