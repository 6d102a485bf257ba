package io.httpqueue.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.command.Command.Terminal;
import io.httpqueue.retention.PartitionKeeper;
import io.httpqueue.retention.RetentionSettings;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("Each command sets the logging of the JVM up.")
class CheckCommandTest {

  private record Checked(int exitCode, List<String> lines) {

    String line(String subject) {
      return lines.stream()
          .filter(line -> line.matches("\\w+ +" + subject + " .*"))
          .findFirst()
          .orElse("");
    }
  }

  private static Checked check(String url, String... settings) {
    List<String> arguments = new ArrayList<>(List.of("--httpqueue.database.url=" + url));
    arguments.addAll(List.of(settings));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int exitCode =
        new CheckCommand()
            .run(
                List.of(),
                arguments,
                new Terminal(new PrintStream(printed, true, UTF_8), System.err));
    return new Checked(exitCode, printed.toString(UTF_8).lines().toList());
  }

  @Test
  void aDatabaseThatIsReadyPassesAndAnEmptyOneIsLeftAsItIs() {
    try (TestDatabase database = TestPostgres.emptyDatabase()) {
      Checked checked = check(database.jdbcUrl());
      assertThat(checked.exitCode()).as("%s", checked.lines()).isZero();
      assertThat(checked.line("migrations")).startsWith("warning").contains("pending", "webhook");
      assertThat(checked.line("partitions")).startsWith("ok");
      assertThat(
              database
                  .jdbc()
                  .sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
                  .query(Integer.class)
                  .single())
          .isZero();
    }
    try (TestDatabase database = TestPostgres.freshDatabase()) {
      Checked checked = check(database.jdbcUrl());
      assertThat(checked.exitCode()).as("%s", checked.lines()).isZero();
      assertThat(checked.line("Postgres")).startsWith("ok").contains("18");
      assertThat(checked.line("clock")).startsWith("ok");
      assertThat(checked.line("partitions")).startsWith("ok").contains("made until");
      // JobRunr's tables are not among those of the tests' template.
      assertThat(checked.line("migrations")).startsWith("warning").contains("JobRunr tables");
    }
  }

  @Test
  void aPostgresThatTakesNoWritesFails() {
    try (TestDatabase database = TestPostgres.freshDatabase()) {
      String name = database.jdbc().sql("SELECT current_database()").query(String.class).single();
      database
          .jdbc()
          .sql("ALTER DATABASE %s SET default_transaction_read_only = on".formatted(name))
          .update();
      Checked checked = check(database.jdbcUrl());
      assertThat(checked.exitCode()).isEqualTo(1);
      assertThat(checked.line("writable")).startsWith("failed").contains("read-only");
    }
  }

  @Test
  void withoutEncryptionKeysAServerWouldNotStart() {
    try (TestDatabase database = TestPostgres.freshDatabase()) {
      Checked checked = check(database.jdbcUrl(), "--ENVIRONMENT=production");
      assertThat(checked.exitCode()).isEqualTo(1);
      assertThat(checked.line("encryption"))
          .startsWith("failed")
          .contains("HTTPQUEUE_ENCRYPTION_KEYS");
      assertThat(check(database.jdbcUrl()).line("encryption")).startsWith("ok");
    }
  }

  @Test
  void whatIsNotThereFailsAndAllElseIsToldAsWell() {
    Checked checked =
        check(
            "postgres://me:secret@127.0.0.1:9/app",
            "--httpqueue.egress.allow=10.0.0.0/8",
            "--httpqueue.egress.proxy=http://127.0.0.1:9");
    assertThat(checked.exitCode()).isEqualTo(1);
    assertThat(checked.line("Postgres")).startsWith("failed").contains("127.0.0.1:9/app");
    assertThat(checked.lines())
        .anyMatch(line -> line.startsWith("ok") && line.contains("and 10.0.0.0/8"))
        .anyMatch(line -> line.startsWith("failed") && line.contains("the proxy"))
        .noneMatch(line -> line.contains("secret"));
  }

  @Test
  void partitionsThatEndTodayAreAWarning() {
    try (TestDatabase database = TestPostgres.freshDatabase()) {
      database
          .jdbc()
          .sql(
              """
              DO $$ DECLARE name text; BEGIN
                FOR name IN SELECT inhrelid::regclass::text FROM pg_inherits
                  WHERE inhparent IN ('event'::regclass)
                    AND right(inhrelid::regclass::text, 8) > to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')
                LOOP EXECUTE 'DROP TABLE ' || name; END LOOP;
              END $$
              """)
          .update();
      assertThat(check(database.jdbcUrl()).line("partitions"))
          .startsWith("warning")
          .contains("housekeeping does not run");
      new PartitionKeeper(
              database.dataSource(),
              new RetentionSettings(Duration.ofDays(30), null, Duration.ofDays(2)))
          .makeAhead();
      assertThat(check(database.jdbcUrl()).line("partitions")).startsWith("ok");
    }
  }
}
