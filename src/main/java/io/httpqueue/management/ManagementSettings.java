package io.httpqueue.management;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The port for operators.
 *
 * @param port 0 for none
 * @param address the address of the interface it listens on
 */
@ConfigurationProperties("httpqueue.management")
record ManagementSettings(
    @Min(0) @Max(65_535) int port,
    @Pattern(regexp = "[0-9A-Za-z:.%-]{1,255}", message = "an address or a host name")
        String address) {}
