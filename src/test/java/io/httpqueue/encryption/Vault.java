package io.httpqueue.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.httpqueue.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A table with an encrypted column, as a feature would have it. */
final class Vault {

  private static final String NAME = "vault";

  private final TestDatabase database;
  private final JdbcClient jdbc;

  Vault(TestDatabase database) {
    this.database = database;
    this.jdbc = database.jdbc();
    jdbc.sql(
            """
            DROP TABLE IF EXISTS vault;
            CREATE TABLE vault (owner uuid, id uuid, secret bytea, PRIMARY KEY (owner, id));
            CREATE INDEX ON vault (encryption_key(secret)) WHERE secret IS NOT NULL
            """)
        .update();
  }

  EncryptedColumn column(Encryption encryption) {
    return new EncryptedColumn(
        NAME, "secret", List.of("owner", "id"), encryption, database.dataSource());
  }

  /** A row for each number, which is its value, too. */
  void fill(Encryption encryption, int from, int count) {
    List<Object[]> rows = new ArrayList<>();
    for (int number = from; number < from + count; number++) {
      byte[] secret = encrypted(encryption, number, Integer.toString(number));
      rows.add(new Object[] {row(number), row(-number), secret});
    }
    new JdbcTemplate(database.dataSource()).batchUpdate("INSERT INTO vault VALUES (?, ?, ?)", rows);
  }

  void write(Encryption encryption, int number, String value) {
    jdbc.sql("UPDATE vault SET secret = :secret WHERE owner = :owner")
        .param("owner", row(number))
        .param("secret", encrypted(encryption, number, value))
        .update();
  }

  String read(Encryption encryption, int number) {
    byte[] secret =
        jdbc.sql("SELECT secret FROM vault WHERE owner = :owner")
            .param("owner", row(number))
            .query((result, _) -> result.getBytes(1))
            .single();
    return new String(encryption.decrypt(place(number), secret), UTF_8);
  }

  long countUnder(String key) {
    return jdbc.sql("SELECT count(*) FROM vault WHERE encryption_key(secret) = :key")
        .param("key", key)
        .query(Long.class)
        .single();
  }

  /** Changes the last byte of a value. */
  void damage(int number) {
    jdbc.sql(
            "UPDATE vault SET secret = set_byte(secret, length(secret) - 1,"
                + " get_byte(secret, length(secret) - 1) # 1) WHERE owner = :owner")
        .param("owner", row(number))
        .update();
  }

  static UUID row(int number) {
    return new UUID(0, number);
  }

  private static AssociatedData place(int number) {
    return AssociatedData.of(NAME, "secret", row(number), row(-number));
  }

  private static byte[] encrypted(Encryption encryption, int number, String value) {
    return encryption.encrypt(place(number), value.getBytes(UTF_8));
  }
}
