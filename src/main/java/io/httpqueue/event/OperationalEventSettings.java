package io.httpqueue.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How operators are told what went wrong. The defaults and their reasons stand in {@code
 * application.yaml}.
 */
@ConfigurationProperties("httpqueue.operational-events")
record OperationalEventSettings(@Min(0) @Max(10_000) int perSecond) {}
