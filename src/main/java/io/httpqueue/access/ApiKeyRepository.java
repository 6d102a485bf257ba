package io.httpqueue.access;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table {@code api_key}. Thread-safe. */
final class ApiKeyRepository {

  /**
   * A key that may be used.
   *
   * @param expiresIn null for never
   */
  record UsableKey(KeyHash hash, ApiKey key, @Nullable Duration expiresIn) {}

  private final JdbcClient jdbc;

  ApiKeyRepository(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  private static final String INSERT =
      """
      INSERT INTO api_key (id, hash, name, role, namespaces, pushes_per_second, expires_at)
      VALUES (:id, :hash, :name, :role, :namespaces, :pushes_per_second,
              now() + :expires_in_seconds * interval '1 second')
      """;

  void insert(ApiKeyId id, KeyHash hash, NewApiKey key) {
    Duration expiresIn = key.expiresIn();
    NamespaceScope namespaces = key.namespaces();
    jdbc.sql(INSERT)
        .param("id", id.value())
        .param("hash", hash.bytes())
        .param("name", key.name())
        .param("role", key.role().toString())
        .param("namespaces", namespaces.all() ? null : namespaces.names().toArray(String[]::new))
        .param("pushes_per_second", key.pushesPerSecond(), java.sql.Types.DOUBLE)
        .param(
            "expires_in_seconds",
            expiresIn == null ? null : expiresIn.toSeconds(),
            java.sql.Types.BIGINT)
        .update();
  }

  static final String FIND_USABLE =
      """
      SELECT id, hash, name, role, namespaces, pushes_per_second,
             extract(epoch FROM expires_at - now())::double precision AS expires_in
      FROM api_key
      WHERE hash = ANY(:hashes)
        AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > now())
      """;

  /** Those of the keys that are neither unknown nor revoked nor expired. */
  List<UsableKey> findUsable(Collection<KeyHash> hashes) {
    return jdbc.sql(FIND_USABLE)
        .param("hashes", hashes.stream().map(KeyHash::bytes).toArray(byte[][]::new))
        .query((row, _) -> usable(row))
        .list();
  }

  private static final String LIST =
      """
      SELECT id, name, role, namespaces, pushes_per_second, created_at, expires_at, revoked_at, last_used_at,
             coalesce(expires_at <= now(), false) AS expired
      FROM api_key
      ORDER BY id
      """;

  /** All that there are and were, the oldest first. */
  List<KeyRecord> list() {
    return jdbc.sql(LIST).query((row, _) -> record(row)).list();
  }

  private static final String EXISTS_USABLE =
      """
      SELECT EXISTS (
        SELECT FROM api_key WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()))
      """;

  boolean existsUsable() {
    return jdbc.sql(EXISTS_USABLE).query(Boolean.class).single();
  }

  private static final String REVOKE =
      """
      UPDATE api_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = :id
      """;

  /** Whether there is such a key; one that was revoked before stays so. */
  boolean revoke(ApiKeyId id) {
    return jdbc.sql(REVOKE).param("id", id.value()).update() == 1;
  }

  private static final String MARK_USED =
      """
      UPDATE api_key SET last_used_at = now()
      WHERE id = ANY(:ids)
        AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
      """;

  void markUsed(Collection<ApiKeyId> ids) {
    jdbc.sql(MARK_USED)
        .param("ids", ids.stream().map(ApiKeyId::value).toArray(UUID[]::new))
        .update();
  }

  private static UsableKey usable(ResultSet row) throws SQLException {
    double expiresIn = row.getDouble("expires_in");
    boolean expires = !row.wasNull();
    return new UsableKey(
        new KeyHash(row.getBytes("hash")),
        key(row),
        expires ? Duration.ofMillis((long) (expiresIn * 1000)) : null);
  }

  private static KeyRecord record(ResultSet row) throws SQLException {
    return new KeyRecord(
        key(row),
        row.getTimestamp("created_at").toInstant(),
        instant(row, "expires_at"),
        instant(row, "revoked_at"),
        instant(row, "last_used_at"),
        row.getBoolean("expired"));
  }

  private static ApiKey key(ResultSet row) throws SQLException {
    Array namespaces = row.getArray("namespaces");
    double pushesPerSecond = row.getDouble("pushes_per_second");
    boolean limited = !row.wasNull();
    return new ApiKey(
        new ApiKeyId(row.getObject("id", UUID.class)),
        row.getString("name"),
        Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT)),
        namespaces == null
            ? NamespaceScope.ALL
            : NamespaceScope.of(List.of((String[]) namespaces.getArray())),
        limited ? pushesPerSecond : null);
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp time = row.getTimestamp(column);
    return time == null ? null : time.toInstant();
  }
}
