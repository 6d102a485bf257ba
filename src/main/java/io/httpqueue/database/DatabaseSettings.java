package io.httpqueue.database;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
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
    @Min(4) @Max(500) int connections,
    @Min(2) @Max(500) int jobQueueConnections,
    @DurationMin(millis = 250) @DurationMax(minutes = 1) Duration connectionTimeout,
    @DurationMin @DurationMax(hours = 1) Duration startupWait,
    @DurationMin(millis = 100) @DurationMax(minutes = 1) Duration migrationLockTimeout) {}
