package io.httpqueue.event;

import io.httpqueue.settings.Range;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** How events are accepted. The defaults and their reasons stand in {@code application.yaml}. */
@ConfigurationProperties("httpqueue.intake")
record IntakeSettings(
    @Range(from = "1", to = "5000") int batchEvents,
    DataSize batchSize,
    @Range(from = "1", to = "1000000") int queueEvents,
    DataSize queueSize,
    @Range(from = "1s", to = "30d") Duration defaultTimeToLive,
    @Range(from = "1s", to = "90d") Duration idempotencyWindow) {}
