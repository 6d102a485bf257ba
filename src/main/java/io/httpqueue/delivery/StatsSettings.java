package io.httpqueue.delivery;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How statistics are gathered. The defaults and their reasons stand in {@code application.yaml}.
 */
@ConfigurationProperties("httpqueue.stats")
record StatsSettings(@DurationMin(millis = 100) @DurationMax(minutes = 1) Duration flushInterval) {}
