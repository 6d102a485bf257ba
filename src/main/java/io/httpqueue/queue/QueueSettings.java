package io.httpqueue.queue;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How JobRunr is run. The defaults and their reasons stand in {@code application.yaml}. */
@ConfigurationProperties("httpqueue.queue")
record QueueSettings(
    @DurationMin(seconds = 5) @DurationMax(minutes = 5) Duration sweepInterval,
    @DurationMin(seconds = 0) @DurationMax(minutes = 10) Duration shutdownGrace) {}
