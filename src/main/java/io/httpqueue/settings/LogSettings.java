package io.httpqueue.settings;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.logging.LogLevel;

/** What is logged, and how. Spring reads it; it is bound here to be checked. */
@ConfigurationProperties("httpqueue.log")
record LogSettings(LogLevel level, LogFormat format) {}
