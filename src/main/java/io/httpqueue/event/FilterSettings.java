package io.httpqueue.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How filters are kept. The default and its reason stand in {@code application.yaml}.
 *
 * @param cacheEntries compiled filters in memory, and namespaces whose filters are known
 */
@ConfigurationProperties("httpqueue.filter")
record FilterSettings(@Min(100) @Max(1_000_000) int cacheEntries) {}
