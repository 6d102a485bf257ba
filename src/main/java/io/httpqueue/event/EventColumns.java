package io.httpqueue.event;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Binds a batch of events, a Postgres array for each column. */
final class EventColumns {

  private static final JsonMapper JSON = new JsonMapper();

  private final PreparedStatement statement;
  private final List<IdentifiedEvent> events;
  private int next;

  EventColumns(PreparedStatement statement, List<IdentifiedEvent> events) {
    this.statement = statement;
    this.events = events;
  }

  /** Binds from an index on; returns the index after the last. */
  int bind(int first) throws SQLException {
    next = first;
    bind("uuid", UUID[]::new, IdentifiedEvent::id);
    bind("text", String[]::new, e -> e.event().namespace());
    bind("text", String[]::new, e -> e.event().name());
    bind("bytea", byte[][]::new, e -> e.event().payload());
    bind("text", String[]::new, e -> metadata(e.event()));
    bind("int8", Long[]::new, e -> e.timeToLive().toSeconds());
    bind("int8", Long[]::new, e -> millis(e.event().options().deliverAt()));
    bind("text", String[]::new, e -> e.event().options().orderingKey());
    bind("text", String[]::new, e -> targets(e.event().options()));
    bind("text", String[]::new, e -> e.event().options().idempotencyKey());
    bind("bytea", byte[][]::new, IdentifiedEvent::requestHash);
    return next;
  }

  private <V> void bind(
      String type, IntFunction<V[]> array, Function<IdentifiedEvent, @Nullable V> value)
      throws SQLException {
    @Nullable V[] values = array.apply(events.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(events.get(i));
    }
    statement.setArray(next++, statement.getConnection().createArrayOf(type, values));
  }

  private static String metadata(NewEvent event) {
    return event.metadata().isEmpty() ? "{}" : JSON.writeValueAsString(event.metadata());
  }

  private static @Nullable Long millis(@Nullable Instant moment) {
    return moment == null ? null : moment.toEpochMilli();
  }

  /** As the text of an array: Postgres' arrays of arrays must be even. */
  private static @Nullable String targets(EventOptions options) {
    Set<?> webhooks = options.webhookIds();
    return webhooks.isEmpty()
        ? null
        : webhooks.stream().map(Object::toString).collect(Collectors.joining(",", "{", "}"));
  }
}
