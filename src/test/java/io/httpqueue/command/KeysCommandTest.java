package io.httpqueue.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.command.Command.Terminal;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Isolated("Each command sets the logging of the JVM up.")
class KeysCommandTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aKeyIsShownOnceListedWithoutItselfAndRevoked() {
    try (TestDatabase database = TestPostgres.emptyDatabase()) {
      String url = "--httpqueue.database.url=" + database.jdbcUrl();
      int created =
          run(
              url,
              ("keys create --role publisher --namespace user --namespace=shop --name ci"
                      + " --pushes-per-second 50 --expires-in 90d")
                  .split(" "));
      assertThat(created).as("%s", text(err)).isZero();
      // Nothing else, so that a script can take it.
      String key = text(out).strip();
      assertThat(key).matches("hq_[A-Za-z0-9_-]{43}");
      assertThat(text(err)).contains("publisher for shop, user").doesNotContain(key);

      assertThat(run(url, "keys", "list")).isZero();
      List<String> row = text(out).lines().skip(1).toList();
      assertThat(row).singleElement().asString().contains(" publisher ", " shop, user ", " 50 ");
      assertThat(row.getFirst()).contains(" active ").endsWith(" ci").doesNotContain(key);
      String id = row.getFirst().substring(0, 36);

      assertThat(run(url, "keys", "revoke", id)).isZero();
      assertThat(run(url, "keys", "list")).isZero();
      assertThat(text(out)).contains(" revoked ");
      assertThat(run(url, "keys", "revoke", "01930000-0000-7000-8000-000000000000")).isOne();
      assertThat(text(err)).contains("There is no key 01930000");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          keys                                                   | What about the keys?
          keys forget                                            | There is no command keys forget
          keys create                                            | --role is missing
          keys create --role god --all-namespaces                | must be admin, publisher, reader
          keys create --role reader                              | Say which namespaces
          keys create --role reader --namespace a --all-namespaces | Say which namespaces
          keys create --role reader --namespace a/b              | 1 to 255 of letters, digits
          keys create --role reader --namespace                  | --namespace needs a value
          keys create --role reader --role admin --namespace a   | --role can be given once
          keys create --role reader --namespace a --expires-in 9 | such as 12h or 90d
          keys create --role reader --namespace a --expires-in 0s | valid for a while
          keys create --role reader --namespace a --pushes-per-second x | must be a number
          keys create --role reader --namespace a --pushes-per-second -1 | must be 0 to 1000000
          keys create --role reader --namespace a --pushes-per-second NaN | must be 0 to 1000000
          keys create --colour red                               | There is no option --colour
          keys list all                                          | takes no all
          keys revoke                                            | takes the id of one key
          keys revoke hq_secret                                  | no id of a key
          migrate now                                            | takes no now
          start                                                  | There is no command start
          """)
  void aWrongCallSaysWhatIsWrongAndHowItIsDone(String line, String told) {
    OptionalInt exit = Commands.run(List.of(line.split(" ")), terminal());
    assertThat(exit).hasValue(2);
    assertThat(text(err)).contains(told, "Usage:").doesNotContain("hq_secret");
  }

  @Test
  void settingsAloneAreNoCommand() {
    assertThat(Commands.run(List.of("--httpqueue.api.port=0"), terminal())).isEmpty();
    assertThat(Commands.run(List.of("--help"), terminal())).hasValue(0);
    assertThat(text(out)).contains("migrate", "keys create");
  }

  private int run(String setting, String... words) {
    out.reset();
    err.reset();
    List<String> arguments = new ArrayList<>(Arrays.asList(words));
    arguments.add(setting);
    return Commands.run(arguments, terminal()).orElseThrow();
  }

  private Terminal terminal() {
    return new Terminal(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(UTF_8);
  }
}
