package io.httpqueue.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Everything that stands in a database, to be searched for what must not be there. */
public final class DatabaseText {

  private final String text;

  private DatabaseText(String text) {
    this.text = text;
  }

  /** Reads every row of every table, those of JobRunr and Flyway included. */
  public static DatabaseText of(TestDatabase database) {
    JdbcClient jdbc = database.jdbc();
    List<String> tables =
        jdbc.sql("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
            .query((row, _) -> row.getString(1))
            .list();
    StringBuilder text = new StringBuilder();
    for (String table : tables) {
      jdbc.sql("SELECT t::text FROM %s AS t".formatted(table))
          .query(
              row -> {
                text.append(row.getString(1)).append('\n');
              });
    }
    return new DatabaseText(text.toString());
  }

  /** In which forms it is there: as it is, in base64, or in hex, as bytes are shown. */
  public List<String> formsOf(String secret) {
    return formsOf(text, secret);
  }

  /** The same for any text, such as a log. */
  public static List<String> formsOf(String text, String secret) {
    byte[] bytes = secret.getBytes(UTF_8);
    List<String> forms = new ArrayList<>();
    forms.add(secret);
    forms.add(HexFormat.of().formatHex(bytes));
    // Base64 differs by where in a group of three bytes it starts.
    for (int skipped = 0; skipped < 3; skipped++) {
      byte[] rest = Arrays.copyOfRange(bytes, skipped, bytes.length);
      String encoded = Base64.getEncoder().withoutPadding().encodeToString(rest);
      forms.add(encoded.substring(0, encoded.length() - 2));
    }
    int keyStart = secret.indexOf('_') + 1;
    if (secret.startsWith("whs")) {
      byte[] key = Base64.getDecoder().decode(secret.substring(keyStart));
      forms.add(secret.substring(keyStart));
      forms.add(HexFormat.of().formatHex(key));
    }
    return forms.stream().filter(text::contains).toList();
  }
}
