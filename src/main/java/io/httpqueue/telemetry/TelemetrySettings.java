package io.httpqueue.telemetry;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Pattern;
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
    @Pattern(regexp = "https?://[^/?#\\s]+[^?#\\s]*", message = "an http or https URL")
        String endpoint,
    @DecimalMin("0.0") @DecimalMax("1.0") double traceSampleRate,
    @Pattern(regexp = "[A-Za-z0-9._-]{1,63}", message = "1 to 63 letters, digits, '.', '_' or '-'")
        String environment,
    boolean prometheus,
    boolean logs) {}
