package io.httpqueue.event;

import io.httpqueue.settings.Range;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How deliveries are made from events. The defaults and their reasons stand in {@code
 * application.yaml}.
 */
@ConfigurationProperties("httpqueue.fan-out")
record FanOutSettings(
    @Range(from = "0", to = "100") int atOnce,
    @Range(from = "1", to = "100000") int deliveriesPerSlice,
    @Range(from = "0s", to = "1m") Duration linger,
    @Range(from = "1s", to = "1h") Duration turn,
    @Range(from = "1s", to = "10m") Duration sweepAfter) {

  /** Whether an event that matches so many webhooks has its deliveries made by its own commit. */
  boolean isMadeAtOnce(int webhooks) {
    return webhooks <= atOnce;
  }
}
