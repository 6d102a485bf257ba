package io.httpqueue.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/** Tells of a missing collector with the start, not a minute later out of the blue. */
record FirstExport(OpenTelemetry telemetry)
    implements ApplicationListener<AvailabilityChangeEvent<ReadinessState>>, Ordered {

  @Override
  public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
    if (event.getState() == ReadinessState.ACCEPTING_TRAFFIC
        && telemetry instanceof OpenTelemetrySdk sdk) {
      sdk.getSdkMeterProvider().forceFlush().join(1, TimeUnit.SECONDS);
    }
  }

  /** Before the last lines of the start. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }
}
