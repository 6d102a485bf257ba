package io.httpqueue.access;

import io.httpqueue.settings.Range;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Who may call. The defaults stand in {@code application.yaml}.
 *
 * @param pushesPerSecond for keys without a rate of their own; 0 for no limit
 * @param recheckInterval how often the keys in use are looked up again
 * @param outageGrace how long keys in use go on while they cannot be looked up
 */
@ConfigurationProperties("httpqueue.access")
public record AccessSettings(
    AuthenticationMode authentication,
    @Range(from = "0", to = "1000000") double pushesPerSecond,
    @Range(from = "100ms", to = "1m") Duration recheckInterval,
    @Range(from = "0s", to = "1d") Duration outageGrace) {}
