package io.httpqueue.retention;

import io.httpqueue.settings.Range;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How long history is kept. The defaults and their reasons stand in {@code application.yaml}.
 *
 * @param keepPayloads null: as long as all the rest
 */
@ConfigurationProperties("httpqueue.retention")
public record RetentionSettings(
    @Range(from = "1d", to = "3650d") Duration keep,
    @Range(from = "1d", to = "3650d") @Nullable Duration keepPayloads,
    @Range(from = "2d", to = "31d") Duration ahead) {

  /** How long events are kept: never longer than what tells of their deliveries. */
  Duration keepEvents() {
    return keepPayloads == null || keepPayloads.compareTo(keep) > 0 ? keep : keepPayloads;
  }
}
