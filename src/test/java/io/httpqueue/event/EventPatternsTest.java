package io.httpqueue.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What Postgres takes for a match, against the rule as it is written in the contract. */
class EventPatternsTest {

  private static final int PAIRS = 20_000;
  private static final TestDatabase database = TestPostgres.freshDatabase();

  /** Few letters, so that many pairs match. */
  private static final String LETTERS = "aB.._:-0";

  private final Random random = new Random(20261125);

  private record Pair(String name, String pattern) {

    boolean matches() {
      if (pattern.equals("*")) {
        return true;
      }
      return pattern.endsWith(".*")
          ? name.startsWith(pattern.substring(0, pattern.length() - 1))
          : name.equals(pattern);
    }
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void postgresMatchesAsTheContractSays() {
    List<Pair> pairs = Stream.generate(this::pair).limit(PAIRS).toList();

    List<@Nullable Boolean> matched =
        database
            .jdbc()
            .sql(
                """
                SELECT pattern = ANY (event_patterns_matching(name))
                FROM unnest(:names::text[], :patterns::text[]) WITH ORDINALITY AS p (name, pattern, position)
                ORDER BY position
                """)
            .param("names", pairs.stream().map(Pair::name).toArray(String[]::new))
            .param("patterns", pairs.stream().map(Pair::pattern).toArray(String[]::new))
            .query(Boolean.class)
            .list();

    assertThat(
            IntStream.range(0, PAIRS)
                .filter(i -> !Boolean.valueOf(pairs.get(i).matches()).equals(matched.get(i)))
                .mapToObj(pairs::get))
        .isEmpty();
    assertThat(pairs.stream().filter(Pair::matches).count())
        .isBetween(PAIRS / 10L, PAIRS * 9L / 10);
  }

  @Test
  void theServerListsForANameWhatPostgresLists() {
    List<String> names = Stream.generate(this::word).limit(PAIRS).distinct().toList();
    Map<String, Set<String>> listed = new HashMap<>();
    database
        .jdbc()
        .sql("SELECT name, event_patterns(name) AS pattern FROM unnest(:names::text[]) AS name")
        .param("names", names.toArray(String[]::new))
        .query(
            row -> {
              listed
                  .computeIfAbsent(row.getString("name"), name -> new HashSet<>())
                  .add(row.getString("pattern"));
            });
    assertThat(names)
        .allSatisfy(
            name ->
                assertThat(listed).containsEntry(name, Set.copyOf(EventPatterns.matching(name))));
  }

  private Pair pair() {
    String name = word();
    String pattern =
        switch (random.nextInt(5)) {
          case 0 -> "*";
          case 1 -> name;
          case 2 -> word() + ".*";
          case 3 -> name.substring(0, 1 + random.nextInt(name.length())) + ".*";
          default -> word();
        };
    return new Pair(name, pattern);
  }

  private String word() {
    StringBuilder word = new StringBuilder();
    for (int length = 1 + random.nextInt(6); word.length() < length; ) {
      word.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return word.toString();
  }
}
