package io.httpqueue.telemetry;

import io.httpqueue.settings.Matching;
import io.httpqueue.settings.Range;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What is exported, and where. The OpenTelemetry SDK reads most of it; it is bound here to be
 * checked.
 *
 * @param prometheus whether the management port has {@code /metrics}
 * @param logs whether log lines are exported by OTLP as well
 */
@ConfigurationProperties("httpqueue.telemetry")
record TelemetrySettings(
    @Matching(regexp = "https?://[^/?#\\s]+[^?#\\s]*", description = "an http or https URL")
        String endpoint,
    @Range(from = "0.0", to = "1.0") double traceSampleRate,
    @Matching(
            regexp = "[A-Za-z0-9._-]{1,63}",
            description = "1 to 63 letters, digits, '.', '_' or '-'")
        String environment,
    boolean prometheus,
    boolean logs) {}
