package io.httpqueue.queue;

import io.httpqueue.settings.Range;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How JobRunr is run. The defaults and their reasons stand in {@code application.yaml}. */
@ConfigurationProperties("httpqueue.queue")
record QueueSettings(
    @Range(from = "5s", to = "5m") Duration sweepInterval,
    @Range(from = "0s", to = "10m") Duration shutdownGrace) {}
