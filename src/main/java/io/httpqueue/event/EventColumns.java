package io.httpqueue.event;

import io.httpqueue.event.NamespaceFilters.Judgement;
import io.httpqueue.webhook.WebhookId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final Map<EventName, Long> names = new LinkedHashMap<>();
  private int next;

  EventColumns(PreparedStatement statement, List<IdentifiedEvent> events) {
    this.statement = statement;
    this.events = events;
    events.forEach(e -> names.putIfAbsent(EventName.of(e.event()), names.size() + 1L));
  }

  /** The names of the events, each once; the numbers that events call them by begin with 1. */
  List<EventName> names() {
    return List.copyOf(names.keySet());
  }

  /** Binds from an index on; returns the index after the last. */
  int bind(int first) throws SQLException {
    next = first;
    bind("uuid", UUID[]::new, IdentifiedEvent::id);
    bind("text", String[]::new, e -> e.event().namespace());
    bind("text", String[]::new, e -> e.event().name());
    bindContent();
    bind("int8", Long[]::new, e -> millis(e.event().options().deliverAt()));
    bind("text", String[]::new, e -> e.event().options().orderingKey());
    bind("text", String[]::new, e -> targets(e.event().options()));
    bind("text", String[]::new, e -> e.event().options().idempotencyKey());
    bind("bytea", byte[][]::new, IdentifiedEvent::requestHash);
    bind("text", String[]::new, EventColumns::refused);
    bindNames(next);
    bindFilters();
    return next;
  }

  /** Binds what plain events have, from an index on; names by number. */
  void bindPlain(int first) throws SQLException {
    next = first;
    bind("uuid", UUID[]::new, IdentifiedEvent::id);
    bindContent();
    bind("int8", Long[]::new, e -> names.get(EventName.of(e.event())));
  }

  private void bindContent() throws SQLException {
    bind("bytea", byte[][]::new, e -> e.event().payload());
    bind("text", String[]::new, e -> metadata(e.event()));
    bind("int8", Long[]::new, e -> e.timeToLive().toSeconds());
    bind("text", String[]::new, e -> e.span().traceparent());
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

  /**
   * Binds each name with the patterns that it matches, from an index on; returns the index after
   * the last.
   */
  int bindNames(int first) throws SQLException {
    next = first;
    Connection connection = statement.getConnection();
    String[] namespaces = new String[names.size()];
    String[] own = new String[names.size()];
    String[] patterns = new String[names.size()];
    int i = 0;
    for (EventName name : names.keySet()) {
      Object[] matching = EventPatterns.matching(name.name()).toArray();
      namespaces[i] = name.namespace();
      own[i] = name.name();
      // Quoted by the driver: one may be "null".
      patterns[i++] = connection.createArrayOf("text", matching).toString();
    }
    statement.setArray(next++, connection.createArrayOf("text", namespaces));
    statement.setArray(next++, connection.createArrayOf("text", own));
    statement.setArray(next++, connection.createArrayOf("text", patterns));
    return next;
  }

  /** The filters that the events were judged by. */
  private void bindFilters() throws SQLException {
    Map<WebhookId, Instant> filters = new HashMap<>();
    for (IdentifiedEvent event : events) {
      Judgement judgement = event.judgement();
      if (judgement != null) {
        judgement.by().filters().forEach(known -> filters.put(known.webhookId(), known.version()));
      }
    }
    UUID[] webhooks = filters.keySet().stream().map(WebhookId::value).toArray(UUID[]::new);
    String[] versions = filters.values().stream().map(Instant::toString).toArray(String[]::new);
    Connection connection = statement.getConnection();
    statement.setArray(next++, connection.createArrayOf("uuid", webhooks));
    statement.setArray(next++, connection.createArrayOf("text", versions));
  }

  private static String metadata(NewEvent event) {
    return event.metadata().isEmpty() ? "{}" : JSON.writeValueAsString(event.metadata());
  }

  private static @Nullable Long millis(@Nullable Instant moment) {
    return moment == null ? null : moment.toEpochMilli();
  }

  private static @Nullable String targets(EventOptions options) {
    return array(options.webhookIds());
  }

  private static @Nullable String refused(IdentifiedEvent event) {
    Judgement judgement = event.judgement();
    return judgement == null ? null : array(judgement.refused());
  }

  /** As the text of an array: Postgres' arrays of arrays must be even. */
  private static @Nullable String array(Set<?> webhooks) {
    return webhooks.isEmpty()
        ? null
        : webhooks.stream().map(Object::toString).collect(Collectors.joining(",", "{", "}"));
  }
}
