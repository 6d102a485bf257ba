package io.httpqueue.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is on record of a key, for people.
 *
 * @param expiresAt null for never
 * @param revokedAt null if it was not
 * @param lastUsedAt to about a minute; null for never
 * @param expired by the clock of Postgres
 */
public record KeyRecord(
    ApiKey key,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt,
    @Nullable Instant lastUsedAt,
    boolean expired) {}
