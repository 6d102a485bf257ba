package io.httpqueue.database;

import io.httpqueue.settings.Range;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where Postgres is, and how many connections are held to it.
 *
 * @param url empty: the embedded Postgres
 * @param connections four at least: one listens, housekeeping holds one while it works with
 *     another, and calls need one meanwhile
 */
@ConfigurationProperties("httpqueue.database")
record DatabaseSettings(
    @Nullable DatabaseUrl url,
    Path embeddedDirectory,
    @Range(from = "4", to = "500") int connections,
    @Range(from = "2", to = "500") int jobQueueConnections,
    @Range(from = "250ms", to = "1m") Duration connectionTimeout,
    @Range(from = "0s", to = "1h") Duration startupWait,
    @Range(from = "100ms", to = "1m") Duration migrationLockTimeout) {}
