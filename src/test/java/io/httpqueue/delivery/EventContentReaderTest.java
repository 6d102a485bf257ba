package io.httpqueue.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.httpqueue.delivery.EventContentReader.Read;
import io.httpqueue.delivery.EventContentReader.Read.TooLong;
import io.httpqueue.delivery.EventContentReader.Read.Whole;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@Timeout(60)
class EventContentReaderTest {

  /** More than a push would wait behind. */
  private static final int MANY = 50;

  /** Payloads of a mebibyte. */
  private static final int SIXTEEN_MEBIBYTES = 16;

  private static TestDatabase database;

  @BeforeAll
  static void open() {
    database = TestPostgres.freshDatabase();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  /** Counts the statements, each of which has a connection for itself. */
  private static final class Counting extends DelegatingDataSource {

    private final AtomicInteger statements = new AtomicInteger();

    Counting(DataSource dataSource) {
      super(dataSource);
    }

    @Override
    public Connection getConnection() throws SQLException {
      statements.incrementAndGet();
      return super.getConnection();
    }
  }

  private static EventContentReader reader(JdbcClient jdbc) {
    return new EventContentReader(jdbc, new IntakePrecedence());
  }

  @Test
  void whatLanesAskForWhileAnEventIsAcceptedIsReadTogetherAfterIt() throws InterruptedException {
    IntakePrecedence precedence = new IntakePrecedence(Duration.ofHours(1));
    Counting dataSource = new Counting(database.dataSource());
    List<UUID> first = insertEvents(MANY);
    List<UUID> others = insertEvents(MANY);
    try (EventContentReader reader =
            new EventContentReader(JdbcClient.create(dataSource), precedence);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HeldCommit commit = new HeldCommit(precedence)) {
      var backlog = CompletableFuture.supplyAsync(() -> reader.read(first, false), threads);
      await().until(precedence::isGivenWay);
      List<CompletableFuture<String>> lanes =
          others.stream()
              .map(id -> CompletableFuture.supplyAsync(() -> payload(reader, id), threads))
              .toList();
      await().until(() -> reader.waiting() == MANY);
      assertThat(dataSource.statements).hasValue(0);
      commit.close();
      assertThat(backlog.join()).containsOnlyKeys(first);
      for (int i = 0; i < MANY; i++) {
        assertThat(lanes.get(i).join()).isEqualTo("" + i);
      }
      assertThat(dataSource.statements).hasValue(2);
    }
  }

  @Test
  void leavesOutWhatIsGone() {
    UUID event = insertEvents(1).getFirst();
    UUID gone = UUID.randomUUID();
    try (EventContentReader reader = reader(database.jdbc())) {
      assertThat(reader.read(List.of(event), false)).containsOnlyKeys(event);
      assertThat(reader.read(List.of(gone), false)).isEmpty();
    }
  }

  @Test
  void payloadsThatAreLongerThanMostAreReadOnlyForThoseThatExpectThem()
      throws InterruptedException, ExecutionException {
    byte[] longest = new byte[EventContent.LARGEST_PAYLOAD];
    UUID large = insertEvent(longest);
    UUID usual = insertEvent(new byte[EventContentReader.USUAL]);
    IntakePrecedence precedence = new IntakePrecedence(Duration.ofHours(1));
    try (EventContentReader reader = new EventContentReader(database.jdbc(), precedence);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HeldCommit commit = new HeldCommit(precedence)) {
      List<UUID> both = List.of(large, usual);
      assertThat(reader.read(both, false).get(large)).isEqualTo(new TooLong(longest.length));
      assertThat(reader.read(both, false).get(usual)).isInstanceOf(Whole.class);

      // And if both ask at once.
      List<UUID> many = Stream.concat(both.stream(), randomIds().stream()).toList();
      var first = threads.submit(() -> reader.read(randomIds(), false));
      await().until(precedence::isGivenWay);
      var expected = threads.submit(() -> reader.read(both, true));
      var unexpected = threads.submit(() -> reader.read(many, false));
      await().until(() -> reader.waiting() == 2);
      commit.close();
      first.get();
      assertThat(expected.get().get(large))
          .isInstanceOfSatisfying(
              Whole.class, read -> assertThat(read.content().payload()).isEqualTo(longest));
      assertThat(unexpected.get().get(usual)).isInstanceOf(Whole.class);
    }
  }

  @Test
  void noMoreIsReadAtOnceThanSixteenMebibytesMayHold() throws InterruptedException {
    IntakePrecedence precedence = new IntakePrecedence(Duration.ofHours(1));
    Counting dataSource = new Counting(database.dataSource());
    List<List<UUID>> fours =
        Stream.generate(() -> insertEvents(4)).limit(2 * SIXTEEN_MEBIBYTES / 4).toList();
    try (EventContentReader reader =
            new EventContentReader(JdbcClient.create(dataSource), precedence);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HeldCommit commit = new HeldCommit(precedence)) {
      var first = threads.submit(() -> reader.read(randomIds(), false));
      await().until(precedence::isGivenWay);
      List<Future<?>> reads = new ArrayList<>();
      for (List<UUID> four : fours) {
        reads.add(threads.submit(() -> reader.read(four, true)));
      }
      await().until(() -> reader.waiting() == fours.size());
      commit.close();
      first.get();
      for (Future<?> read : reads) {
        read.get();
      }
      assertThat(dataSource.statements).hasValue(1 + 2);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void allThatAskedBeforeItFailedAreToldByOneTryThatPostgresCannotBeReached()
      throws InterruptedException {
    IntakePrecedence precedence = new IntakePrecedence(Duration.ofHours(1));
    Counting away = new Counting(new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/a"));
    try (EventContentReader reader = new EventContentReader(JdbcClient.create(away), precedence);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HeldCommit commit = new HeldCommit(precedence)) {
      List<Future<?>> reads = new ArrayList<>();
      reads.add(threads.submit(() -> reader.read(randomIds(), false)));
      await().until(precedence::isGivenWay);
      for (int lane = 0; lane < MANY; lane++) {
        reads.add(threads.submit(() -> reader.read(randomIds(), false)));
      }
      await().until(() -> reader.waiting() == MANY);
      commit.close();
      for (Future<?> read : reads) {
        assertThatThrownBy(read::get).hasCauseInstanceOf(DataAccessException.class);
      }
      assertThat(away.statements).hasValue(1);
      assertThatThrownBy(() -> reader.read(randomIds(), false))
          .isInstanceOf(DataAccessException.class);
      assertThat(away.statements).hasValue(2);
    }
  }

  private static List<UUID> randomIds() {
    return Stream.generate(UUID::randomUUID).limit(MANY).toList();
  }

  @Test
  void oneThatCannotBeReadKeepsNoOthersFromIt() throws InterruptedException {
    UUID bad = insertEvents(1).getFirst();
    List<UUID> good = insertEvents(MANY);
    damage(bad);
    IntakePrecedence precedence = new IntakePrecedence(Duration.ofHours(1));
    try (EventContentReader reader =
            new EventContentReader(JdbcClient.create(new Damaged()), precedence);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HeldCommit commit = new HeldCommit(precedence)) {
      var backlog = threads.submit(() -> reader.read(good, false));
      await().until(precedence::isGivenWay);
      var ofBad = threads.submit(() -> reader.read(List.of(bad), false));
      var ofGood = threads.submit(() -> reader.read(good, false));
      await().until(() -> reader.waiting() == 2);
      commit.close();
      assertThat(backlog.get()).containsOnlyKeys(good);
      assertThatThrownBy(ofBad::get).hasCauseInstanceOf(DataAccessException.class);
      assertThat(ofGood.get()).containsOnlyKeys(good);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Has every read of it fail, as that of a damaged row does. */
  private static void damage(UUID event) {
    database.jdbc().sql("CREATE SCHEMA damaged").update();
    database
        .jdbc()
        .sql(
            """
            CREATE VIEW damaged.event AS
            SELECT id, namespace, name, traceparent, webhook_ids,
              CASE WHEN 1 / (CASE WHEN id = '%s' THEN 0 ELSE 1 END) = 1 THEN payload END AS payload
            FROM event
            """
                .formatted(event))
        .update();
  }

  /** Sees the table that is damaged. */
  private static final class Damaged extends DelegatingDataSource {

    Damaged() {
      super(new DriverManagerDataSource(database.jdbcUrl()));
    }

    @Override
    public Connection getConnection() throws SQLException {
      Connection connection = super.getConnection();
      connection.setSchema("damaged");
      return connection;
    }
  }

  private static String payload(EventContentReader reader, UUID event) {
    Map<UUID, Read> read = reader.read(List.of(event), false);
    Read own = read.get(event);
    return switch (own) {
      case Whole(EventContent content, int _) -> new String(content.payload(), UTF_8);
      case TooLong(int bytes) -> bytes + " bytes";
      case null -> "nothing";
    };
  }

  private static List<UUID> insertEvents(int count) {
    return IntStream.range(0, count).mapToObj(i -> insertEvent(("" + i).getBytes(UTF_8))).toList();
  }

  private static UUID insertEvent(byte[] payload) {
    return database
        .jdbc()
        .sql(
            """
            INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids, expires_at)
            VALUES (uuid_v7(now()), 'shop', 'paid', ?, '{}', '{}', now() + interval '1 day')
            RETURNING id
            """)
        .param(payload)
        .query(UUID.class)
        .single();
  }
}
