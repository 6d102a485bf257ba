package io.httpqueue.retention;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How long history is kept. The defaults and their reasons stand in {@code application.yaml}.
 *
 * @param keepPayloads null: as long as all the rest
 */
@ConfigurationProperties("httpqueue.retention")
public record RetentionSettings(
    @DurationMin(days = 1) @DurationMax(days = 3650) Duration keep,
    @DurationMin(days = 1) @DurationMax(days = 3650) @Nullable Duration keepPayloads,
    @DurationMin(days = 2) @DurationMax(days = 31) Duration ahead) {

  /** How long events are kept: never longer than what tells of their deliveries. */
  Duration keepEvents() {
    return keepPayloads == null || keepPayloads.compareTo(keep) > 0 ? keep : keepPayloads;
  }
}
