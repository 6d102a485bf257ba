package io.httpqueue.event;

import io.httpqueue.settings.Range;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How filters are kept. The default and its reason stand in {@code application.yaml}.
 *
 * @param cacheEntries compiled filters in memory, and namespaces whose filters are known
 */
@ConfigurationProperties("httpqueue.filter")
record FilterSettings(@Range(from = "100", to = "1000000") int cacheEntries) {}
