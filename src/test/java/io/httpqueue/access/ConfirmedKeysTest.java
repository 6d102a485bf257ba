package io.httpqueue.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.httpqueue.access.ApiKeyRepository.UsableKey;
import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

class ConfirmedKeysTest {

  private static final Duration MAX_AGE = Duration.ofMinutes(10);

  private static TestDatabase database;
  private static ApiKeyRepository repository;

  private final AtomicLong nanos = new AtomicLong();
  private ConfirmedKeys keys;

  @BeforeAll
  static void open() {
    database = TestPostgres.freshDatabase();
    repository = new ApiKeyRepository(database.jdbc());
  }

  @BeforeEach
  void forgetAll() {
    keys = new ConfirmedKeys(repository, MAX_AGE, nanos::get);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void aKeyIsFoundAsItWasMade() {
    NewApiKey made =
        new NewApiKey("ci", Role.READER, NamespaceScope.of(List.of("b", "a")), 2.5, null);
    KeyHash hash = insert(new UUID(1, 1), made);

    assertThat(keys.find(hash))
        .hasValue(
            new ApiKey(new ApiKeyId(new UUID(1, 1)), "ci", Role.READER, made.namespaces(), 2.5));
    assertThat(keys.find(KeyHash.of("another"))).isEmpty();
  }

  @Test
  void aRevokedKeyIsGoneWithTheNextRecheckAndNotBefore() {
    ApiKeyId id = new ApiKeyId(new UUID(2, 1));
    KeyHash hash = insert(id.value(), admin());
    assertThat(keys.find(hash)).isPresent();

    repository.revoke(id);
    assertThat(keys.find(hash)).isPresent();
    keys.recheck();
    assertThat(keys.find(hash)).isEmpty();
  }

  @Test
  void aKeyEndsAtItsTimeThoughItIsNotLookedUpAgain() {
    KeyHash hash = insert(new UUID(3, 1), admin(Duration.ofSeconds(30)));
    assertThat(keys.find(hash)).isPresent();

    nanos.addAndGet(Duration.ofSeconds(29).toNanos());
    assertThat(keys.find(hash)).isPresent();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(keys.find(hash)).isEmpty();
  }

  @Test
  void anExpiredKeyIsNoKey() {
    KeyHash hash = insert(new UUID(4, 1), admin(Duration.ofSeconds(30)));
    database
        .jdbc()
        .sql("UPDATE api_key SET expires_at = now() - interval '1 second' WHERE id = :id")
        .param("id", new UUID(4, 1))
        .update();
    assertThat(keys.find(hash)).isEmpty();
  }

  @Test
  void whilePostgresFailsKeysInUseGoOnForTheirGraceAndOthersAreNotKnown() {
    KeyHash used = insert(new UUID(5, 1), admin());
    KeyHash unused = insert(new UUID(5, 2), admin());
    assertThat(keys.find(used)).isPresent();
    database.jdbc().sql("ALTER TABLE api_key RENAME TO api_key_away").update();
    try {
      assertThatThrownBy(keys::recheck).isInstanceOf(DataAccessException.class);
      nanos.addAndGet(MAX_AGE.toNanos());
      assertThat(keys.find(used)).isPresent();
      assertThatThrownBy(() -> keys.find(unused)).isInstanceOf(DataAccessException.class);
      nanos.addAndGet(1);
      assertThatThrownBy(() -> keys.find(used)).isInstanceOf(DataAccessException.class);
    } finally {
      database.jdbc().sql("ALTER TABLE api_key_away RENAME TO api_key").update();
    }
    assertThat(keys.find(used)).isPresent();
    assertThat(keys.find(unused)).isPresent();
  }

  @Test
  void aRecheckKeepsWhatItConfirmsBeyondTheGrace() {
    KeyHash hash = insert(new UUID(6, 1), admin());
    keys.find(hash);
    nanos.addAndGet(MAX_AGE.toNanos());
    keys.recheck();
    database.jdbc().sql("ALTER TABLE api_key RENAME TO api_key_away").update();
    try {
      nanos.addAndGet(MAX_AGE.toNanos());
      assertThat(keys.find(hash)).isPresent();
    } finally {
      database.jdbc().sql("ALTER TABLE api_key_away RENAME TO api_key").update();
    }
  }

  @Test
  void theLastUseIsOnRecord() {
    KeyHash used = insert(new UUID(7, 1), admin());
    insert(new UUID(7, 2), admin());
    keys.find(used);
    keys.recheck();

    List<KeyRecord> records =
        repository.list().stream()
            .filter(key -> key.key().id().value().getMostSignificantBits() == 7)
            .toList();
    assertThat(records.get(0).lastUsedAt()).isNotNull();
    assertThat(records.get(1).lastUsedAt()).isNull();
  }

  @Test
  void keysAreLookedUpByAnIndex() {
    String plan =
        new QueryPlans(database.jdbc())
            .of(
                ApiKeyRepository.FIND_USABLE,
                Map.of("hashes", new byte[][] {KeyHash.of("a").bytes()}));
    assertThat(plan).contains("Index Scan using api_key_hash_key");
  }

  @Test
  void onlyUsableKeysOfThoseAskedForAreFound() {
    KeyHash one = insert(new UUID(8, 1), admin());
    KeyHash two = insert(new UUID(8, 2), admin());
    insert(new UUID(8, 3), admin());
    repository.revoke(new ApiKeyId(new UUID(8, 2)));

    assertThat(repository.findUsable(Set.of(one, two, KeyHash.of("none"))))
        .extracting(UsableKey::hash)
        .containsExactly(one);
  }

  private static KeyHash insert(UUID id, NewApiKey key) {
    KeyHash hash = KeyHash.of("key " + id);
    repository.insert(new ApiKeyId(id), hash, key);
    return hash;
  }

  private static NewApiKey admin() {
    return new NewApiKey("", Role.ADMIN, NamespaceScope.ALL, null, null);
  }

  private static NewApiKey admin(Duration expiresIn) {
    return new NewApiKey("", Role.ADMIN, NamespaceScope.ALL, null, expiresIn);
  }
}
