package io.httpqueue.management;

import io.httpqueue.settings.Matching;
import io.httpqueue.settings.Range;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The port for operators.
 *
 * @param port 0 for none
 * @param address the address of the interface it listens on
 */
@ConfigurationProperties("httpqueue.management")
record ManagementSettings(
    @Range(from = "0", to = "65535") int port,
    @Matching(regexp = "[0-9A-Za-z:.%-]{1,255}", description = "an address or a host name")
        String address) {}
