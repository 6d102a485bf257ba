package io.httpqueue.delivery;

import io.httpqueue.settings.Range;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How statistics are gathered. The defaults and their reasons stand in {@code application.yaml}.
 */
@ConfigurationProperties("httpqueue.stats")
record StatsSettings(@Range(from = "100ms", to = "1m") Duration flushInterval) {}
