package io.httpqueue.event;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code event_type}. */
@Repository
class EventTypeRepository {

  /**
   * What a push needs to know of its type.
   *
   * @param updatedAt tells one version from another
   */
  record Check(SchemaMode mode, Instant updatedAt) {}

  private final JdbcClient jdbc;

  EventTypeRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  private static final String PUT =
      """
      INSERT INTO event_type (namespace, name, json_schema, mode, description)
      VALUES (:namespace, :name, :jsonSchema, :mode::schema_mode, :description)
      ON CONFLICT (namespace, name) DO UPDATE SET json_schema = excluded.json_schema,
        mode = excluded.mode, description = excluded.description, updated_at = clock_timestamp()
      RETURNING *
      """;

  /** Writes one, new or in place of the one of its name. */
  EventType put(EventType.Definition type) {
    return jdbc.sql(PUT)
        .param("namespace", type.namespace())
        .param("name", type.name())
        .param("jsonSchema", type.jsonSchema())
        .param("mode", type.mode().name())
        .param("description", type.description())
        .query(EventTypeRepository::read)
        .single();
  }

  static final String PAGE =
      """
      SELECT * FROM event_type
      WHERE namespace = :namespace AND name > :after
      ORDER BY name
      LIMIT :limit
      """;

  /** Those of a namespace by name, after a name. */
  List<EventType> page(String namespace, String after, int limit) {
    return jdbc.sql(PAGE)
        .param("namespace", namespace)
        .param("after", after)
        .param("limit", limit)
        .query(EventTypeRepository::read)
        .list();
  }

  private static final String DELETE =
      "DELETE FROM event_type WHERE namespace = :namespace AND name = :name";

  /** False if there was none. */
  boolean delete(String namespace, String name) {
    return jdbc.sql(DELETE).param("namespace", namespace).param("name", name).update() == 1;
  }

  static final String CHECKS =
      """
      SELECT name, mode, updated_at FROM event_type
      WHERE namespace = :namespace AND mode <> 'OFF'
      """;

  /** By name, which of a namespace's events are checked. */
  Map<String, Check> checks(String namespace) {
    Map<String, Check> checks = new HashMap<>();
    jdbc.sql(CHECKS)
        .param("namespace", namespace)
        .query(
            row -> {
              checks.put(
                  row.getString("name"),
                  new Check(SchemaMode.valueOf(row.getString("mode")), instant(row, "updated_at")));
            });
    return checks;
  }

  private static final String SCHEMA =
      "SELECT json_schema FROM event_type WHERE namespace = :namespace AND name = :name";

  /** The schema of a type as it is now; empty if there is none. */
  Optional<String> schema(String namespace, String name) {
    return jdbc.sql(SCHEMA)
        .param("namespace", namespace)
        .param("name", name)
        .query((row, _) -> Optional.ofNullable(row.getString("json_schema")))
        .optional()
        .flatMap(schema -> schema);
  }

  private static EventType read(ResultSet row, int rowNumber) throws SQLException {
    return new EventType(
        row.getString("namespace"),
        row.getString("name"),
        row.getString("json_schema"),
        SchemaMode.valueOf(row.getString("mode")),
        row.getString("description"),
        instant(row, "created_at"),
        instant(row, "updated_at"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
