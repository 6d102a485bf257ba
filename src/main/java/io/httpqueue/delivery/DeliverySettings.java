package io.httpqueue.delivery;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** How lanes work. The defaults and their reasons stand in {@code application.yaml}. */
@ConfigurationProperties("httpqueue.delivery")
record DeliverySettings(
    @Min(1) @Max(512) int maxInFlight,
    @Min(1) @Max(10_000) int readBatch,
    @Min(1) @Max(100_000) int maxLanes,
    @DurationMin(seconds = 2) @DurationMax(minutes = 5) Duration lease,
    @DurationMin(millis = 0) @DurationMax(minutes = 1) Duration linger,
    @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration turn,
    @DurationMin(millis = 100) @DurationMax(minutes = 1) Duration markSendingAfter,
    DataSize contentCache,
    @Min(1) @Max(100_000) int maxRequests,
    DataSize maxPayloadInFlight) {}
