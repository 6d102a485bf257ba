package io.httpqueue.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class EventContentReaderTest {

  private static TestDatabase database;

  @BeforeAll
  static void open() {
    database = TestPostgres.freshDatabase();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static EventContentReader reader(JdbcClient jdbc) {
    return new EventContentReader(jdbc, new IntakePrecedence());
  }

  @Test
  void everyLaneGetsItsOwnEventsThoughTheyAreReadTogether() {
    List<UUID> events = IntStream.range(0, 1000).mapToObj(i -> insertEvent("" + i)).toList();
    try (EventContentReader reader = reader(database.jdbc());
        ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<String>> payloads =
          events.stream()
              .map(id -> CompletableFuture.supplyAsync(() -> payload(reader, id), lanes))
              .toList();
      for (int i = 0; i < events.size(); i++) {
        assertThat(payloads.get(i).join()).isEqualTo("" + i);
      }
    }
  }

  @Test
  void leavesOutWhatIsGone() {
    UUID event = insertEvent("1");
    UUID gone = UUID.randomUUID();
    try (EventContentReader reader = reader(database.jdbc())) {
      assertThat(reader.read(List.of(event))).containsOnlyKeys(event);
      assertThat(reader.read(List.of(gone))).isEmpty();
    }
  }

  @Test
  void tellsEachLaneThatPostgresCannotBeAsked() {
    DriverManagerDataSource away = new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/a");
    try (EventContentReader reader = reader(JdbcClient.create(away))) {
      for (int lane = 0; lane < 2; lane++) {
        assertThatThrownBy(() -> reader.read(List.of(UUID.randomUUID())))
            .isInstanceOf(DataAccessException.class);
      }
    }
  }

  private static String payload(EventContentReader reader, UUID event) {
    Map<UUID, EventContentReader.Read> read = reader.read(List.of(event));
    EventContentReader.Read own = read.get(event);
    return own == null ? "nothing" : new String(own.content().payload(), UTF_8);
  }

  private static UUID insertEvent(String payload) {
    return database
        .jdbc()
        .sql(
            """
            INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids, expires_at)
            VALUES (uuid_v7(now()), 'shop', 'paid', ?, '{}', '{}', now() + interval '1 day')
            RETURNING id
            """)
        .param(payload.getBytes(UTF_8))
        .query(UUID.class)
        .single();
  }
}
