package io.httpqueue.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** How events are accepted. The defaults and their reasons stand in {@code application.yaml}. */
@ConfigurationProperties("httpqueue.intake")
record IntakeSettings(
    @Min(1) @Max(5_000) int batchEvents,
    DataSize batchSize,
    @Min(1) @Max(1_000_000) int queueEvents,
    DataSize queueSize,
    @DurationMin(seconds = 1) @DurationMax(days = 30) Duration defaultTimeToLive,
    @DurationMin(seconds = 1) @DurationMax(days = 90) Duration idempotencyWindow) {}
