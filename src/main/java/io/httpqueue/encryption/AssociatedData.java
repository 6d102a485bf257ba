package io.httpqueue.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;

/**
 * Where an encrypted value stands: it decrypts nowhere else.
 *
 * @param row the columns that name the row, such as its primary key, in a fixed order
 */
public record AssociatedData(String table, String column, List<UUID> row) {

  public AssociatedData {
    row = List.copyOf(row);
  }

  /** The value of a column in the row of that name. */
  public static AssociatedData of(String table, String column, UUID... row) {
    return new AssociatedData(table, column, List.of(row));
  }

  /** Different for any two places: no name holds NUL. */
  byte[] bytes() {
    byte[] names = (table + '\0' + column + '\0').getBytes(UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(names.length + row.size() * 2 * Long.BYTES).put(names);
    for (UUID part : row) {
      bytes.putLong(part.getMostSignificantBits()).putLong(part.getLeastSignificantBits());
    }
    return bytes.array();
  }

  /** As in {@code webhook.headers of 0197…}. */
  @Override
  public String toString() {
    StringJoiner ids = new StringJoiner(", ", table + '.' + column + " of ", "");
    row.forEach(id -> ids.add(id.toString()));
    return ids.toString();
  }
}
