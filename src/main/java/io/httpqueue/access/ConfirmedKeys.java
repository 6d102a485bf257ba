package io.httpqueue.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.httpqueue.access.ApiKeyRepository.UsableKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * The keys that were used lately, as Postgres last said. All of them are looked up again together,
 * by one statement every few seconds and whenever a key was revoked: so a call costs no statement,
 * and a revoked key is refused soon. While they cannot be looked up they are kept, for as long as
 * the grace allows. Thread-safe.
 */
final class ConfirmedKeys {

  private static final Logger log = LoggerFactory.getLogger(ConfirmedKeys.class);

  private static final int MAX_KEYS = 10_000;
  private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

  /** A client that goes on with a bad key costs few statements. */
  private static final Duration REMEMBER_UNKNOWN = Duration.ofSeconds(5);

  /** Strangers who try keys must not take the connections that others need. */
  private static final int MAX_LOOKUPS = 4;

  private static final Duration LOOKUP_PATIENCE = Duration.ofSeconds(2);
  private static final Duration MARK_USED_EVERY = Duration.ofMinutes(1);

  private record Confirmed(ApiKey key, long confirmedAt, long expiresAt) {}

  private final ApiKeyRepository repository;
  private final LongSupplier nanoTime;
  private final long maxAge;
  private final Cache<KeyHash, Confirmed> confirmed =
      Caffeine.newBuilder().maximumSize(MAX_KEYS).expireAfter(new SinceLastUse()).build();
  private final Cache<KeyHash, Boolean> unknown =
      Caffeine.newBuilder().maximumSize(MAX_KEYS).expireAfterWrite(REMEMBER_UNKNOWN).build();
  private final Semaphore lookups = new Semaphore(MAX_LOOKUPS);
  private final Set<ApiKeyId> used = ConcurrentHashMap.newKeySet();
  private long nextMark;

  /**
   * @param maxAge how long a key is let in after it was last confirmed
   * @param nanoTime as {@link System#nanoTime()}
   */
  ConfirmedKeys(ApiKeyRepository repository, Duration maxAge, LongSupplier nanoTime) {
    this.repository = repository;
    this.maxAge = maxAge.toNanos();
    this.nanoTime = nanoTime;
    this.nextMark = nanoTime.getAsLong();
  }

  /**
   * The key of this hash; empty if there is none that may be used.
   *
   * @throws DataAccessException if that cannot be found out
   */
  Optional<ApiKey> find(KeyHash hash) {
    Confirmed known = confirmed.getIfPresent(hash);
    long now = nanoTime.getAsLong();
    if (isStale(known, now)) {
      if (unknown.getIfPresent(hash) != null) {
        return Optional.empty();
      }
      known = lookUp(hash);
    }
    if (known == null || now - known.expiresAt() >= 0) {
      return Optional.empty();
    }
    if (!used.contains(known.key().id())) {
      used.add(known.key().id());
    }
    return Optional.of(known.key());
  }

  /** Whether {@link #find} needs not ask the database. */
  boolean isKnown(KeyHash hash) {
    return !isStale(confirmed.getIfPresent(hash), nanoTime.getAsLong())
        || unknown.getIfPresent(hash) != null;
  }

  private boolean isStale(@Nullable Confirmed known, long now) {
    return known == null || now - known.confirmedAt() > maxAge;
  }

  private @Nullable Confirmed lookUp(KeyHash hash) {
    boolean admitted = false;
    try {
      admitted = lookups.tryAcquire(LOOKUP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (!admitted) {
        throw new TransientDataAccessResourceException("too many keys are looked up");
      }
      confirm(Set.of(hash));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientDataAccessResourceException("interrupted", e);
    } finally {
      if (admitted) {
        lookups.release();
      }
    }
    return confirmed.getIfPresent(hash);
  }

  /**
   * Looks all of them up again. For one thread at a time, so that what is read later is also kept
   * later.
   *
   * @throws DataAccessException if they cannot be looked up; they are kept as they are
   */
  void recheck() {
    Set<KeyHash> hashes = Set.copyOf(confirmed.asMap().keySet());
    if (!hashes.isEmpty()) {
      confirm(hashes);
    }
    if (nanoTime.getAsLong() - nextMark >= 0 && !used.isEmpty()) {
      markUsed();
    }
  }

  private void confirm(Set<KeyHash> hashes) {
    // Before the statement: what it reads is at least as new.
    long now = nanoTime.getAsLong();
    Set<KeyHash> missing = new HashSet<>(hashes);
    for (UsableKey usable : repository.findUsable(hashes)) {
      Duration expiresIn = usable.expiresIn();
      // Half the range of the clock stands for never.
      long expiresAt = now + (expiresIn == null ? Long.MAX_VALUE / 2 : nanos(expiresIn));
      confirmed.put(usable.hash(), new Confirmed(usable.key(), now, expiresAt));
      missing.remove(usable.hash());
    }
    for (KeyHash hash : missing) {
      confirmed.invalidate(hash);
      unknown.put(hash, true);
    }
  }

  private static long nanos(Duration duration) {
    return duration.compareTo(Duration.ofDays(36_500)) > 0
        ? Long.MAX_VALUE / 2
        : duration.toNanos();
  }

  /** Best effort: for people who look for keys that nobody uses. */
  private void markUsed() {
    nextMark = nanoTime.getAsLong() + MARK_USED_EVERY.toNanos();
    Set<ApiKeyId> ids = Set.copyOf(used);
    used.removeAll(ids);
    try {
      repository.markUsed(ids);
    } catch (DataAccessException e) {
      log.debug("The last use of {} keys was not recorded: {}", ids.size(), e.getMessage());
    }
  }

  /** Being looked up again is no use, and does not keep a key for longer. */
  private static final class SinceLastUse implements Expiry<KeyHash, Confirmed> {

    @Override
    public long expireAfterCreate(KeyHash hash, Confirmed key, long now) {
      return FORGET_AFTER.toNanos();
    }

    @Override
    public long expireAfterUpdate(KeyHash hash, Confirmed key, long now, long current) {
      return current;
    }

    @Override
    public long expireAfterRead(KeyHash hash, Confirmed key, long now, long current) {
      return FORGET_AFTER.toNanos();
    }
  }
}
