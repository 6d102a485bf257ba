package io.httpqueue.access;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
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
    @DecimalMin("0") @DecimalMax("1000000") double pushesPerSecond,
    @DurationMin(millis = 100) @DurationMax(minutes = 1) Duration recheckInterval,
    @DurationMin @DurationMax(hours = 24) Duration outageGrace) {}
