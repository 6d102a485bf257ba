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
import org.springframework.util.unit.DataSize;

/** None of these events is in the database: what is found is what was kept. */
class EventContentsTest {

  private static final EventContent CONTENT = new EventContent("shop", "paid", new byte[600], null);
  private static final int THAT_FIT = 100;

  private static TestDatabase database;

  @BeforeAll
  static void open() {
    database = TestPostgres.freshDatabase();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static EventContents contents() {
    return new EventContents(database.jdbc(), DataSize.ofBytes((long) THAT_FIT * CONTENT.size()));
  }

  private static List<UUID> remember(EventContents contents, int count) {
    List<UUID> ids = Stream.generate(UUID::randomUUID).limit(count).toList();
    ids.forEach(id -> contents.remember(id, CONTENT));
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
}
