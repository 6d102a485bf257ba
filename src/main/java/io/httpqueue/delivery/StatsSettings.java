package io.httpqueue.delivery;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * How statistics are gathered. The defaults and their reasons stand in {@code application.yaml}.
 */
@Validated
@ConfigurationProperties("httpqueue.stats")
record StatsSettings(@DurationMin(millis = 100) @DurationMax(minutes = 1) Duration flushInterval) {}
