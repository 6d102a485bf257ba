package io.httpqueue.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.database.UuidV7;
import io.httpqueue.event.EventRepository.Accepted;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

class PlainEventRepositoryTest {

  private final TestDatabase database = TestPostgres.freshDatabase();
  private final JdbcClient jdbc = database.jdbc();
  private final UuidV7 ids = new UuidV7(Clock.systemUTC(), new Random());
  private final PlainEventRepository plain =
      new PlainEventRepository(new JdbcTemplate(database.dataSource()), SampleEvents.FAN_OUT);

  @AfterEach
  void drop() {
    database.close();
  }

  private UUID subscribe(String pattern) {
    UUID webhook = new SampleRows(jdbc).webhook();
    jdbc.sql("UPDATE webhook SET namespace = 'shop' WHERE id = ?").param(webhook).update();
    jdbc.sql("INSERT INTO webhook_subscription VALUES ('shop', ?, ?)")
        .params(pattern, webhook)
        .update();
    return webhook;
  }

  private IdentifiedEvent event() {
    return SampleEvents.event(ids.next(), null);
  }

  private Optional<Accepted> accept(IdentifiedEvent... events) {
    return plain.accept(List.of(events), 15);
  }

  private long count(String table) {
    return jdbc.sql("SELECT count(*) FROM " + table).query(Long.class).single();
  }

  @Test
  void writesTheSameRowsAsTheStatementForAllEvents() {
    subscribe("order.created");
    subscribe("order.*");
    UUID deleted = subscribe("*");
    jdbc.sql("UPDATE webhook SET deleted_at = now() WHERE id = ?").param(deleted).update();
    IdentifiedEvent first = event();
    assertThat(accept(first)).isPresent();

    // One of another name is not plain, and so none of the batch is.
    for (int i = 0; i < 11; i++) {
      subscribe("order.paid");
    }
    IdentifiedEvent second = event();
    NewEvent paid = second.event();
    IdentifiedEvent other =
        IdentifiedEvent.of(
            ids.next(),
            new NewEvent("shop", "order.paid", paid.payload(), Map.of(), null),
            second.timeToLive(),
            second.span());
    SampleEvents.repository(database.dataSource()).accept(List.of(second, other), 15);

    assertThat(rows(first)).hasSize(2).isEqualTo(rows(second));
  }

  private List<String> rows(IdentifiedEvent event) {
    return jdbc
        .sql(
            """
            SELECT namespace, name, payload::text, metadata::text, webhook_ids::text, ordered_webhook_ids::text,
              event.ordering_key AS key, deliver_at, event.expires_at - accepted_at AS life, traceparent, webhook_id,
              status::text, attempt_count, max_attempts, delivery.expires_at - created_at AS left_to_live,
              next_attempt_at, delivery.ordering_key
            FROM event JOIN delivery ON event_id = event.id
            WHERE event.id = ? ORDER BY webhook_id
            """)
        .param(event.id())
        .query()
        .listOfRows()
        .stream()
        .map(Object::toString)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"filter = 'true'", "ordering = 'BY_KEY'"})
  void writesNothingWhereAWebhookThatMatchesIsSpecialAndAsksNoMore(String special) {
    subscribe("order.created");
    UUID webhook = subscribe("another");
    jdbc.sql("UPDATE webhook SET %s WHERE id = ?".formatted(special)).param(webhook).update();
    assertThat(accept(event())).as("it does not match").isPresent();
    jdbc.sql("DELETE FROM delivery").update();
    jdbc.sql("DELETE FROM event").update();

    jdbc.sql("UPDATE webhook_subscription SET event_pattern = 'order.*' WHERE webhook_id = ?")
        .param(webhook)
        .update();
    assertThat(accept(event())).isEmpty();
    assertThat(count("event") + count("delivery")).isZero();

    jdbc.sql("DELETE FROM webhook_subscription WHERE webhook_id = ?").param(webhook).update();
    jdbc.sql("UPDATE webhook SET filter = NULL, ordering = 'NONE'").update();
    assertThat(accept(event())).as("a minute later").isEmpty();
  }

  @Test
  void writesNothingWhereMoreWebhooksMatchThanAreServedAtOnce() {
    for (int i = 0; i < 10; i++) {
      subscribe("order.created");
    }
    assertThat(accept(event())).isPresent();
    subscribe("order.created");
    assertThat(accept(event(), event())).isEmpty();
    assertThat(count("event")).isEqualTo(1);
    assertThat(count("delivery")).isEqualTo(10);
  }

  @Test
  void writesNothingThatAsksForMoreThanToBeDelivered() {
    subscribe("order.created");
    assertThat(accept(SampleEvents.event(ids.next(), "key"))).isEmpty();
    assertThat(count("event")).isZero();
  }
}
