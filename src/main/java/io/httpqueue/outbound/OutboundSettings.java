package io.httpqueue.outbound;

import io.httpqueue.settings.Range;
import java.time.Duration;
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
    @Range(from = "1", to = "100000") int maxConnections,
    @Range(from = "1", to = "100000") int maxConnectionsPerReceiver,
    @Range(from = "100ms", to = "5m") Duration connectTimeout,
    @Range(from = "1s", to = "1h") Duration idleTimeout,
    @Range(from = "1s", to = "1d") Duration maxConnectionAge) {}
