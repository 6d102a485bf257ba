package io.httpqueue.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * How operators are told what went wrong. The defaults and their reasons stand in {@code
 * application.yaml}.
 */
@Validated
@ConfigurationProperties("httpqueue.operational-events")
record OperationalEventSettings(@Min(0) @Max(10_000) int perSecond) {}
