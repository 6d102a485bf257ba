package io.httpqueue.delivery;

import io.httpqueue.settings.Range;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** How lanes work. The defaults and their reasons stand in {@code application.yaml}. */
@ConfigurationProperties("httpqueue.delivery")
record DeliverySettings(
    @Range(from = "1", to = "512") int maxInFlight,
    @Range(from = "1", to = "10000") int readBatch,
    @Range(from = "1", to = "100000") int maxLanes,
    @Range(from = "2s", to = "5m") Duration lease,
    @Range(from = "0s", to = "1m") Duration linger,
    @Range(from = "1s", to = "1h") Duration turn,
    @Range(from = "100ms", to = "1m") Duration markSendingAfter,
    DataSize contentCache,
    @Range(from = "1", to = "100000") int maxRequests,
    @Range(from = "1", to = "1000000") int backlogRate,
    @Range(from = "8MB", to = "64GB") DataSize maxPayloadInFlight) {}
