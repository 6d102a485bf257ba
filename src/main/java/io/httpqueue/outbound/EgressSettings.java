package io.httpqueue.outbound;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where requests may go, and on which way.
 *
 * @param allow in spite of what the address is
 * @param deny beats {@code allow}
 * @param proxy null: none
 * @param caBundle null: the runtime's authorities alone
 */
@ConfigurationProperties("httpqueue.egress")
record EgressSettings(
    AllowedAddresses allow,
    AddressRanges deny,
    AllowedPorts ports,
    @Nullable EgressProxy proxy,
    @Nullable CaBundle caBundle) {}
