package io.httpqueue.delivery;

import io.httpqueue.settings.Range;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How changes are told to those who watch. The defaults and their reasons stand in {@code
 * application.yaml}.
 */
@ConfigurationProperties("httpqueue.watch")
record WatchSettings(
    @Range(from = "0", to = "10000") int maxWatches,
    @Range(from = "10ms", to = "5s") Duration pollInterval) {}
