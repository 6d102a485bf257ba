package io.httpqueue.event;

import io.httpqueue.settings.Range;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How operators are told what went wrong. The defaults and their reasons stand in {@code
 * application.yaml}.
 */
@ConfigurationProperties("httpqueue.operational-events")
record OperationalEventSettings(@Range(from = "0", to = "10000") int perSecond) {}
