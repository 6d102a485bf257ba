package io.httpqueue.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How the gRPC server is run. The defaults stand in {@code application.yaml}.
 *
 * @param port 0 takes any that is free
 * @param maxMessageSize a longer request is answered RESOURCE_EXHAUSTED
 * @param shutdownGrace how long running calls may go on once the server stops
 * @param keepAliveTime a connection that is silent for as long is pinged, so that a dead one is
 *     noticed
 * @param minClientKeepAliveTime a client that pings more often is disconnected
 */
@Validated
@ConfigurationProperties("httpqueue.api")
record ApiSettings(
    @Min(0) @Max(65_535) int port,
    DataSize maxMessageSize,
    @DurationMin @DurationMax(minutes = 5) Duration shutdownGrace,
    @DurationMin(seconds = 10) @DurationMax(hours = 24) Duration keepAliveTime,
    @DurationMin(seconds = 1) @DurationMax(hours = 24) Duration minClientKeepAliveTime) {

  private static final DataSize MIN_MESSAGE_SIZE = DataSize.ofMegabytes(2);
  private static final DataSize MAX_MESSAGE_SIZE = DataSize.ofMegabytes(64);

  ApiSettings {
    if (maxMessageSize.compareTo(MIN_MESSAGE_SIZE) < 0
        || maxMessageSize.compareTo(MAX_MESSAGE_SIZE) > 0) {
      throw new IllegalArgumentException(
          "httpqueue.api.max-message-size is %s, must be 2MB to 64MB".formatted(maxMessageSize));
    }
  }
}
