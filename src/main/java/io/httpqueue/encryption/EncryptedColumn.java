package io.httpqueue.encryption;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A {@code bytea} column of values made by {@link Encryption}, each for the place {@code
 * AssociatedData.of(table, column, row)}. The table has an index on {@code encryption_key(column)},
 * which may leave out where the column is null. Thread-safe.
 */
public final class EncryptedColumn implements EncryptionBacklog {

  private static final Logger log = LoggerFactory.getLogger(EncryptedColumn.class);

  /** So many values that do not decrypt are no accident to a single row. */
  private static final int SAMPLE = 5;

  private final String table;
  private final String column;
  private final List<String> rowColumns;
  private final Encryption encryption;
  private final JdbcTemplate jdbc;
  private final JdbcClient client;
  private final TransactionTemplate transactions;

  /**
   * @param rowColumns those of type {@code uuid} that name the row, in the order of the associated
   *     data
   */
  public EncryptedColumn(
      String table,
      String column,
      List<String> rowColumns,
      Encryption encryption,
      DataSource dataSource) {
    this.table = table;
    this.column = column;
    this.rowColumns = List.copyOf(rowColumns);
    this.encryption = encryption;
    this.jdbc = new JdbcTemplate(dataSource);
    this.client = JdbcClient.create(dataSource);
    this.transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
  }

  // From one name to the next along the index, so that a million rows under one key cost a look.
  private static final String KEYS_IN_USE =
      """
      WITH RECURSIVE used (name) AS (
        (SELECT min(encryption_key({column})) FROM {table} WHERE {column} IS NOT NULL)
        UNION ALL
        SELECT (SELECT min(encryption_key({column})) FROM {table}
          WHERE {column} IS NOT NULL AND encryption_key({column}) > used.name)
        FROM used WHERE used.name IS NOT NULL
      )
      SELECT name FROM used WHERE name IS NOT NULL
      """;

  /** The names of the keys that its values are under. */
  Set<String> keysInUse() {
    return new TreeSet<>(client.sql(keysInUseSql()).query((row, _) -> row.getString(1)).list());
  }

  String keysInUseSql() {
    return sql(KEYS_IN_USE);
  }

  private static final String VALUES_UNDER =
      """
      SELECT {row}, {column} FROM {table}
      WHERE {column} IS NOT NULL AND encryption_key({column}) = :key
      LIMIT :limit
      """;

  /** Whether the ring's key of this name is the one that encrypted the column's values. */
  boolean isDecryptedBy(String key) {
    List<Value> values = read(VALUES_UNDER, key, SAMPLE);
    return values.isEmpty() || values.stream().anyMatch(value -> decrypts(value));
  }

  private boolean decrypts(Value value) {
    try {
      encryption.decrypt(place(value.row()), value.encrypted());
      return true;
    } catch (DecryptionException e) {
      return false;
    }
  }

  @Override
  public int encryptSome(int limit) {
    Set<String> older = keysInUse();
    older.remove(encryption.currentKey());
    older.retainAll(encryption.keys());
    for (String key : older) {
      Integer encrypted = transactions.execute(_ -> encryptFrom(key, limit));
      if (encrypted != null && encrypted > 0) {
        return encrypted;
      }
    }
    return 0;
  }

  // Who holds a row's lock is changing it, and writes under its own first key.
  private static final String LOCK_VALUES_UNDER = VALUES_UNDER + "FOR NO KEY UPDATE SKIP LOCKED\n";

  private static final String REPLACE = "UPDATE {table} SET {column} = ? WHERE ({row}) = ({marks})";

  private int encryptFrom(String key, int limit) {
    List<Object[]> changes = new ArrayList<>();
    List<AssociatedData> damaged = new ArrayList<>();
    for (Value value : read(LOCK_VALUES_UNDER, key, limit)) {
      AssociatedData place = place(value.row());
      try {
        byte[] fresh = encryption.encrypt(place, encryption.decrypt(place, value.encrypted()));
        List<Object> parameters = new ArrayList<>();
        parameters.add(fresh);
        parameters.addAll(value.row());
        changes.add(parameters.toArray());
      } catch (DecryptionException e) {
        damaged.add(place);
      }
    }
    if (changes.isEmpty() && !damaged.isEmpty()) {
      log.warn(
          "{} values do not decrypt and stay under the key {}; one is {}",
          damaged.size(),
          key,
          damaged.getFirst());
    }
    jdbc.batchUpdate(sql(REPLACE), changes);
    return changes.size();
  }

  private record Value(List<UUID> row, byte[] encrypted) {}

  private List<Value> read(String statement, String key, int limit) {
    return client
        .sql(sql(statement))
        .param("key", key)
        .param("limit", limit)
        .query((row, _) -> value(row))
        .list();
  }

  private Value value(ResultSet result) throws SQLException {
    List<UUID> row = new ArrayList<>();
    for (String name : rowColumns) {
      row.add(result.getObject(name, UUID.class));
    }
    return new Value(row, result.getBytes(column));
  }

  private AssociatedData place(List<UUID> row) {
    return new AssociatedData(table, column, row);
  }

  /** Fills in the names, which come from our code alone. */
  private String sql(String statement) {
    return statement
        .replace("{table}", table)
        .replace("{column}", column)
        .replace("{row}", String.join(", ", rowColumns))
        .replace("{marks}", rowColumns.stream().map(_ -> "?").collect(Collectors.joining(", ")));
  }

  @Override
  public String toString() {
    return table + '.' + column;
  }
}
