package io.httpqueue.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.webhook.WebhookId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class WebhookFilterTest {

  private static final TestDatabase database = TestPostgres.freshDatabase();

  private final JdbcClient jdbc = database.jdbc();

  @AfterAll
  static void drop() {
    database.close();
  }

  /** Where the two differed an event would be sent though a filter refuses it. */
  @Test
  void patternsMatchTheSameNamesHereAndInPostgres() {
    List<String> names =
        List.of("a", "a.b", "a.b.c", "ab", "a.", ".", "..", "a..b", ".a", "A", "a:b-c_d");
    List<String> patterns =
        List.of(
            "*", "a", "a.*", "a.b.*", "a.b", "ab.*", ".*", "..*", "a..*", ".a", "a:b-c_d", "A.*");
    for (String name : names) {
      for (String pattern : patterns) {
        boolean inPostgres =
            jdbc.sql("SELECT :pattern = ANY (event_patterns_matching(:name))")
                .param("pattern", pattern)
                .param("name", name)
                .query(Boolean.class)
                .single();
        WebhookFilter filter =
            new WebhookFilter(
                new WebhookId(UUID.randomUUID()), Instant.EPOCH, List.of(pattern), null);
        assertThat(filter.wants(Set.copyOf(EventPatterns.matching(name))))
            .as(pattern + " on " + name)
            .isEqualTo(inPostgres);
      }
    }
  }

  @Test
  void theFiltersOfANamespaceAreFoundByAnIndex() {
    jdbc.sql(
            """
            INSERT INTO webhook (id, namespace, url, event_patterns, headers, timeout_seconds, active,
              description, filter)
            SELECT uuid_v7(now() - i * interval '1 second'), 'ns' || i % 200, 'http://localhost',
              ARRAY['a'], '{}', 30, true, '', CASE WHEN i % 10 = 0 THEN 'true' END
            FROM generate_series(1, 5000) AS i
            """)
        .update();
    jdbc.sql("ANALYZE webhook").update();
    assertThat(new QueryPlans(jdbc).of(FilterRepository.OF_NAMESPACE, Map.of("namespace", "ns10")))
        .contains("webhook_filtered")
        .doesNotContain("Seq Scan");
  }
}
