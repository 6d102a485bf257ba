package io.httpqueue.api;

import io.httpqueue.settings.Range;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * How the gRPC server is run. The defaults stand in {@code application.yaml}.
 *
 * @param address which of this machine's addresses
 * @param port 0 takes any that is free
 * @param maxMessageSize a longer request is answered RESOURCE_EXHAUSTED
 * @param shutdownGrace how long running calls may go on once the server stops
 * @param keepAliveTime a connection that is silent for as long is pinged, so that a dead one is
 *     noticed
 * @param minClientKeepAliveTime a client that pings more often is disconnected
 * @param maxMetadataSize a call with more is refused before it is read
 * @param maxConcurrentCalls on one connection; the client has further ones wait
 * @param maxConnectionAge the client is asked to connect anew after it
 * @param maxConnectionAgeGrace how long its calls may go on after that
 */
@ConfigurationProperties("httpqueue.api")
record ApiSettings(
    ListenAddress address,
    @Range(from = "0", to = "65535") int port,
    @Range(from = "2MB", to = "64MB") DataSize maxMessageSize,
    @Range(from = "0s", to = "5m") Duration shutdownGrace,
    @Range(from = "10s", to = "1d") Duration keepAliveTime,
    @Range(from = "1s", to = "1d") Duration minClientKeepAliveTime,
    @Range(from = "1KB", to = "1MB") DataSize maxMetadataSize,
    @Range(from = "1", to = "100000") int maxConcurrentCalls,
    @Range(from = "1s", to = "30d") Duration maxConnectionAge,
    @Range(from = "0s", to = "1d") Duration maxConnectionAgeGrace) {}
