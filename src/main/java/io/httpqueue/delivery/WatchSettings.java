package io.httpqueue.delivery;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How changes are told to those who watch. The defaults and their reasons stand in {@code
 * application.yaml}.
 */
@ConfigurationProperties("httpqueue.watch")
record WatchSettings(
    @Min(0) @Max(10_000) int maxWatches,
    @DurationMin(millis = 10) @DurationMax(seconds = 5) Duration pollInterval) {}
