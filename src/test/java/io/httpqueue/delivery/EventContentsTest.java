package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.unit.DataSize;

/** None of these events is in the database any more: what is found is what was kept. */
@Timeout(60)
class EventContentsTest {

  private static final EventContent CONTENT = new EventContent("shop", "paid", new byte[600], null);
  private static final int THAT_FIT = 100;

  private static TestDatabase database;
  private static EventContentReader reader;

  @BeforeAll
  static void open() {
    database = TestPostgres.freshDatabase();
    reader = new EventContentReader(database.jdbc(), new IntakePrecedence());
  }

  @AfterAll
  static void close() {
    reader.close();
    database.close();
  }

  private static EventContents contents() {
    return new EventContents(reader, DataSize.ofBytes((long) THAT_FIT * CONTENT.size()));
  }

  private static List<UUID> remember(EventContents contents, int count) {
    List<UUID> ids = Stream.generate(UUID::randomUUID).limit(count).toList();
    ids.forEach(id -> contents.remember(id, CONTENT, 1));
    return ids;
  }

  @Test
  void keepsTheLatestThoughThoseBeforeThemWereUsedMoreOften() {
    EventContents contents = contents();
    List<UUID> before = remember(contents, THAT_FIT);
    for (int use = 0; use < 10; use++) {
      assertThat(contents.load(before)).hasSize(THAT_FIT);
    }
    List<UUID> latest = remember(contents, THAT_FIT);
    assertThat(contents.load(latest)).hasSize(THAT_FIT);
    assertThat(contents.load(before)).isEmpty();
  }

  @Test
  void keepsNoMoreThanItsMemoryHolds() {
    EventContents contents = contents();
    List<UUID> ids = remember(contents, 3 * THAT_FIT);
    assertThat(contents.load(ids)).hasSize(THAT_FIT);
  }

  @Test
  void keepsAnEventUntilAllItsDeliveriesHaveEnded() {
    EventContents contents = contents();
    UUID event = UUID.randomUUID();
    contents.remember(event, CONTENT, 2);
    contents.ended(event);
    assertThat(contents.load(List.of(event))).containsOnlyKeys(event);
    contents.ended(event);
    assertThat(contents.load(List.of(event))).isEmpty();
  }

  @Test
  void keepsAnEventUntilTheDeliveriesOfAllMessagesThatToldOfItHaveEnded() {
    EventContents contents = contents();
    UUID event = UUID.randomUUID();
    contents.expect(event, CONTENT, 1);
    contents.expect(event, CONTENT, 1);
    contents.ended(event);
    assertThat(contents.atHand(List.of(event), CONTENT.payload().length)).containsOnlyKeys(event);
    assertThat(contents.atHand(List.of(event), CONTENT.payload().length - 1)).isEmpty();
    contents.ended(event);
    assertThat(contents.load(List.of(event))).isEmpty();
  }

  @Test
  void keepsOfWhatItReadsOnlyWhatOthersNeedAsWell() {
    EventContents contents = contents();
    UUID ofOne = insertEvent(1);
    UUID ofTwo = insertEvent(2);
    assertThat(contents.load(List.of(ofOne, ofTwo))).containsOnlyKeys(ofOne, ofTwo);
    database.jdbc().sql("DELETE FROM event").update();
    assertThat(contents.load(List.of(ofOne, ofTwo))).containsOnlyKeys(ofTwo);
  }

  private static UUID insertEvent(int webhooks) {
    return database
        .jdbc()
        .sql(
            """
            INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids, expires_at)
            VALUES (uuid_v7(now()), 'shop', 'paid', '1', '{}',
              ARRAY(SELECT gen_random_uuid() FROM generate_series(1, ?)), now() + interval '1 day')
            RETURNING id
            """)
        .param(webhooks)
        .query(UUID.class)
        .single();
  }
}
