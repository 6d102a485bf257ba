package io.httpqueue.command;

import io.httpqueue.access.KeyRecord;
import io.httpqueue.access.NamespaceScope;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** API keys as a table for people. */
final class KeyTable {

  private static final List<String> HEAD =
      List.of(
          "ID",
          "ROLE",
          "NAMESPACES",
          "PUSHES/S",
          "CREATED",
          "EXPIRES",
          "LAST USED",
          "STATE",
          "NAME");

  private KeyTable() {}

  static String of(List<KeyRecord> keys) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    keys.forEach(key -> rows.add(row(key)));
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int of = column;
        int width = rows.stream().mapToInt(it -> it.get(of).length()).max().orElse(0);
        line.append(row.get(column)).repeat(' ', width - row.get(column).length() + 2);
      }
      table.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return table.toString();
  }

  private static List<String> row(KeyRecord key) {
    Double pushes = key.key().pushesPerSecond();
    return List.of(
        key.key().id().toString(),
        key.key().role().toString(),
        namespaces(key.key().namespaces()),
        pushes == null
            ? "default"
            : pushes == 0
                ? "no limit"
                : BigDecimal.valueOf(pushes).stripTrailingZeros().toPlainString(),
        time(key.createdAt(), "-"),
        time(key.expiresAt(), "never"),
        time(key.lastUsedAt(), "never"),
        key.revokedAt() != null ? "revoked" : key.expired() ? "expired" : "active",
        key.key().name());
  }

  static String namespaces(NamespaceScope scope) {
    return scope.all() ? "all namespaces" : String.join(", ", scope.names());
  }

  private static String time(@Nullable Instant time, String otherwise) {
    return time == null ? otherwise : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
