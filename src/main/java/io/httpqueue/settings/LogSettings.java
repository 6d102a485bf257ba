package io.httpqueue.settings;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.logging.LogLevel;
import org.springframework.validation.annotation.Validated;

/** What is logged, and how. Spring reads it; it is bound here to be checked. */
@Validated
@ConfigurationProperties("httpqueue.log")
record LogSettings(LogLevel level, LogFormat format) {}
