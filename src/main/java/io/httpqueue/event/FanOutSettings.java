package io.httpqueue.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How deliveries are made from events. The defaults and their reasons stand in {@code
 * application.yaml}.
 */
@ConfigurationProperties("httpqueue.fan-out")
record FanOutSettings(
    @Min(0) @Max(100) int atOnce,
    @Min(1) @Max(100_000) int deliveriesPerSlice,
    @DurationMin(millis = 0) @DurationMax(minutes = 1) Duration linger,
    @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration turn,
    @DurationMin(seconds = 1) @DurationMax(minutes = 10) Duration sweepAfter) {

  /** Whether an event that matches so many webhooks has its deliveries made by its own commit. */
  boolean isMadeAtOnce(int webhooks) {
    return webhooks <= atOnce;
  }
}
