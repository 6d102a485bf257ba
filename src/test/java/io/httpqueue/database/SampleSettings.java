package io.httpqueue.database;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** Settings for a database that is there already. */
final class SampleSettings {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private SampleSettings() {}

  static DatabaseSettings of(String url) {
    return new DatabaseSettings(
        DatabaseUrl.from(url), Path.of("unused"), 2, 2, SECOND, SECOND, SECOND);
  }

  static Postgres postgres(DatabaseSettings settings) {
    return RemotePostgres.await(Objects.requireNonNull(settings.url()), Duration.ofSeconds(10));
  }
}
