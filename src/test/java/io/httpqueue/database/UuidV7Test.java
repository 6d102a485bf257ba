package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class UuidV7Test {

  private static final Instant MOMENT = Instant.parse("2026-11-24T10:20:30.123456Z");
  private static final List<Instant> MOMENTS =
      List.of(
          Instant.EPOCH.plusSeconds(1),
          Instant.parse("1999-12-31T23:59:59.999999Z"),
          MOMENT.minusNanos(1_000),
          MOMENT,
          MOMENT.plusNanos(1_000),
          Instant.parse("2026-11-24T10:20:30.124Z"),
          Instant.parse("2100-01-01T00:00:00Z"));

  /** As the text of both, and Postgres, sort them; Java's own order takes the halves as signed. */
  private static final Comparator<UUID> BYTES = Comparator.comparing(UUID::toString);

  private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");

  @Test
  void hasTheLayoutOfRfc9562() {
    UUID id = fixedAt(MOMENT).next();
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(MOMENT.toEpochMilli());
    // 456 of 1000 microseconds, as 4096ths
    assertThat(id.getMostSignificantBits() & 0xfff).isEqualTo(456 * 4096 / 1000);
  }

  @Test
  void risesWhileTheClockStandsStill() {
    UuidV7 ids = fixedAt(MOMENT);
    List<UUID> made = Stream.generate(ids::next).limit(10_000).toList();
    assertThat(made).isSortedAccordingTo(BYTES).doesNotHaveDuplicates();
  }

  @Test
  void risesWhenTheClockIsSetBack() {
    AtomicReference<Instant> now = new AtomicReference<>(MOMENT);
    UuidV7 ids = new UuidV7(clock(now::get), random);
    List<UUID> made = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      made.add(ids.next());
      now.set(now.get().minus(Duration.ofMillis(500)));
    }
    assertThat(made).isSortedAccordingTo(BYTES).doesNotHaveDuplicates();
  }

  @Test
  void followsAClockThatWasAheadForAMoment() {
    AtomicReference<Instant> now = new AtomicReference<>(MOMENT.plus(Duration.ofDays(9)));
    UuidV7 ids = new UuidV7(clock(now::get), random);
    ids.next();
    now.set(MOMENT);
    assertThat(UuidV7.madeAt(ids.next())).isEqualTo(MOMENT.truncatedTo(ChronoUnit.MILLIS));
  }

  @Test
  void risesOnEveryThreadAndNeverRepeats() {
    UuidV7 ids = new UuidV7(Clock.systemUTC(), random);
    Set<UUID> all = new ConcurrentSkipListSet<>(BYTES);
    IntStream.range(0, 8)
        .mapToObj(
            _ ->
                Thread.ofPlatform()
                    .start(
                        () -> {
                          List<UUID> own = Stream.generate(ids::next).limit(5_000).toList();
                          if (own.equals(own.stream().sorted(BYTES).toList())) {
                            all.addAll(own);
                          }
                        }))
        .toList()
        .forEach(UuidV7Test::join);
    assertThat(all).hasSize(8 * 5_000);
  }

  @Test
  void differsBetweenServersOfTheSameMoment() {
    assertThat(fixedAt(MOMENT).next()).isNotEqualTo(fixedAt(MOMENT).next());
  }

  @Test
  void floorIsNoGreaterThanAnyIdOfItsMomentAndGreaterThanAllBefore() {
    assertThat(UuidV7.floor(MOMENT))
        .usingComparator(BYTES)
        .isLessThanOrEqualTo(fixedAt(MOMENT).next())
        .isGreaterThan(fixedAt(MOMENT.minusNanos(1_000)).next());
  }

  @Test
  void postgresMakesTheSame() {
    try (TestDatabase database = TestPostgres.freshDatabase()) {
      JdbcClient jdbc = database.jdbc();
      for (Instant moment : MOMENTS) {
        assertThat(sql(jdbc, "uuid_v7_floor", moment)).isEqualTo(UuidV7.floor(moment));
        UUID here = fixedAt(moment).next();
        UUID there = sql(jdbc, "uuid_v7", moment);
        assertThat(there.getMostSignificantBits()).isEqualTo(here.getMostSignificantBits());
        assertThat(there.variant()).isEqualTo(here.variant());
      }
    }
  }

  private static final String PRESENT =
      """
      SELECT uuid_v7_floor(clock_timestamp()) AS id
      UNION ALL SELECT next_uuid_v7() FROM generate_series(1, 10000)
      UNION ALL SELECT uuid_v7_floor(clock_timestamp() + interval '10 ms')
      """;

  @Test
  void thoseThatPostgresMakesOfThePresentAscend() {
    try (TestDatabase database = TestPostgres.freshDatabase()) {
      List<UUID> made =
          database.jdbc().sql(PRESENT).query((row, _) -> row.getObject("id", UUID.class)).list();
      assertThat(made)
          .hasSize(10_002)
          .isSortedAccordingTo(BYTES)
          .doesNotHaveDuplicates()
          .allMatch(id -> id.version() == 7 && id.variant() == 2);
    }
  }

  @Test
  void postgresSortsThemByTime() {
    List<UUID> made = MOMENTS.stream().map(moment -> fixedAt(moment).next()).toList();
    try (TestDatabase database = TestPostgres.freshDatabase()) {
      assertThat(
              database
                  .jdbc()
                  .sql("SELECT id FROM unnest(:ids::uuid[]) AS id ORDER BY id")
                  .param("ids", made.reversed().stream().map(UUID::toString).toArray(String[]::new))
                  .query((row, _) -> row.getObject(1, UUID.class))
                  .list())
          .containsExactlyElementsOf(made);
    }
  }

  private UuidV7 fixedAt(Instant moment) {
    return new UuidV7(clock(InstantSource.fixed(moment)), random);
  }

  private static Clock clock(InstantSource source) {
    return source.withZone(ZoneOffset.UTC);
  }

  private static UUID sql(JdbcClient jdbc, String function, Instant moment) {
    return jdbc.sql("SELECT %s(?)".formatted(function))
        .param(moment.atOffset(ZoneOffset.UTC))
        .query(UUID.class)
        .single();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
