package io.httpqueue.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.httpqueue.telemetry.EventSpan;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

/** Events, and what writes them, for tests of the statements of this package. */
final class SampleEvents {

  /** An idempotency key stands for a day. */
  static final IntakeSettings SETTINGS =
      new IntakeSettings(
          500,
          DataSize.ofMegabytes(4),
          1_000,
          DataSize.ofMegabytes(4),
          Duration.ofDays(3),
          Duration.ofDays(1));

  /** Up to ten webhooks have their deliveries made at once. */
  static final FanOutSettings FAN_OUT =
      new FanOutSettings(10, 1_000, Duration.ZERO, Duration.ofMinutes(1), Duration.ofSeconds(5));

  private SampleEvents() {}

  static EventRepository repository(DataSource dataSource) {
    JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    return new EventRepository(new PlainEventRepository(jdbc, FAN_OUT), jdbc, FAN_OUT, SETTINGS);
  }

  static IdentifiedEvent event(UUID id, @Nullable String idempotencyKey) {
    NewEvent event =
        new NewEvent(
            "shop",
            "order.created",
            "{}".getBytes(UTF_8),
            Map.of(),
            null,
            new EventOptions(idempotencyKey, null, null, Set.of()));
    return IdentifiedEvent.of(id, event, Duration.ofHours(1), EventSpan.NONE);
  }
}
