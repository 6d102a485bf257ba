package io.httpqueue.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EventInboxTest {

  private final TestDatabase database = TestPostgres.freshDatabase();

  /** Its producer pushed it before the other, and commits while that one is refused. */
  @Test
  void anEventIsNotRefusedInPlaceOfTheOneThatCanNeverBeStored() {
    database
        .jdbc()
        .sql(
            """
            CREATE SEQUENCE refusal;
            CREATE FUNCTION refuse_zero() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF NEW.payload <> '0' THEN
                RETURN NEW;
              END IF;
              -- once with others, then alone
              IF nextval('refusal') = 2 THEN
                PERFORM pg_advisory_xact_lock(4711);
              END IF;
              RAISE check_violation;
            END $$;
            CREATE TRIGGER refuse_zero BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION refuse_zero();
            """)
        .update();
    try (database;
        TestServer _ = TestServer.start(database)) {
      List<String> good = new ArrayList<>();
      database
          .transactions()
          .executeWithoutResult(
              _ -> {
                database.jdbc().sql("SELECT FROM pg_advisory_xact_lock(4711)").query().listOfRows();
                good.addAll(push("1"));
                good.add(CompletableFuture.supplyAsync(() -> push("0", "2")).join().getLast());
                await().until(() -> refusals() == 2);
              });

      await().until(() -> ids("event_inbox WHERE refused_at IS NULL").isEmpty());
      assertThat(ids("event")).isEqualTo(good);
      assertThat(ids("event_inbox")).hasSize(1);
    }
  }

  @Test
  void manyEventsThatAreTooMuchForOneStatementAreAcceptedByFewer() {
    database
        .jdbc()
        .sql(
            """
            CREATE FUNCTION too_many() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF (SELECT count(*) FROM made) > 100 THEN
                RAISE query_canceled;
              END IF;
              RETURN NULL;
            END $$;
            CREATE TRIGGER too_many AFTER INSERT ON event
              REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION too_many();
            """)
        .update();
    try (database;
        TestServer _ = TestServer.start(database)) {
      push(Collections.nCopies(600, "1").toArray(String[]::new));
      await().until(() -> ids("event").size() == 600);
    }
  }

  private List<String> push(String... payloads) {
    return database
        .jdbc()
        .sql("SELECT httpqueue.push_event('shop', 'paid', p::jsonb) FROM unnest(:payloads) AS p")
        .param("payloads", payloads)
        .query((row, _) -> row.getString(1))
        .list();
  }

  private long refusals() {
    return database.jdbc().sql("SELECT last_value FROM refusal").query(Long.class).single();
  }

  private List<String> ids(String rows) {
    return database
        .jdbc()
        .sql("SELECT id FROM " + rows + " ORDER BY id")
        .query((row, _) -> row.getString(1))
        .list();
  }
}
