package io.httpqueue.event;

import io.httpqueue.event.NamespaceFilters.Judgement;
import io.httpqueue.webhook.WebhookId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
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
  private int next;

  EventColumns(PreparedStatement statement, List<IdentifiedEvent> events) {
    this.statement = statement;
    this.events = events;
  }

  /** Binds from an index on; returns the index after the last. */
  int bind(int first) throws SQLException {
    next = first;
    bindWhatAllHave();
    bind("int8", Long[]::new, e -> millis(e.event().options().deliverAt()));
    bind("text", String[]::new, e -> e.event().options().orderingKey());
    bind("text", String[]::new, e -> targets(e.event().options()));
    bind("text", String[]::new, e -> e.event().options().idempotencyKey());
    bind("bytea", byte[][]::new, IdentifiedEvent::requestHash);
    bind("text", String[]::new, EventColumns::refused);
    bindNames();
    bindFilters();
    return next;
  }

  /** Binds what plain events have, from an index on; returns the index after the last. */
  int bindPlain(int first) throws SQLException {
    next = first;
    bindWhatAllHave();
    bindNames();
    return next;
  }

  private void bindWhatAllHave() throws SQLException {
    bind("uuid", UUID[]::new, IdentifiedEvent::id);
    bind("text", String[]::new, e -> e.event().namespace());
    bind("text", String[]::new, e -> e.event().name());
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

  /** Each once, with the patterns that it matches. Quoted by the driver: one may be "null". */
  private void bindNames() throws SQLException {
    List<Name> names = events.stream().map(e -> Name.of(e.event())).distinct().toList();
    Connection connection = statement.getConnection();
    String[] patterns = new String[names.size()];
    for (int i = 0; i < patterns.length; i++) {
      Object[] matching = EventPatterns.matching(names.get(i).name()).toArray();
      patterns[i] = connection.createArrayOf("text", matching).toString();
    }
    String[] namespaces = names.stream().map(Name::namespace).toArray(String[]::new);
    String[] own = names.stream().map(Name::name).toArray(String[]::new);
    statement.setArray(next++, connection.createArrayOf("text", namespaces));
    statement.setArray(next++, connection.createArrayOf("text", own));
    statement.setArray(next++, connection.createArrayOf("text", patterns));
  }

  private record Name(String namespace, String name) {

    static Name of(NewEvent event) {
      return new Name(event.namespace(), event.name());
    }
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
