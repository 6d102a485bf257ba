package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;

/** Whatever is taken for a URL is one to the driver, and shows neither user nor password. */
class DatabaseUrlFuzz {

  private static final String PASSWORD = "zZpassword9";

  @ValueSource(
      strings = {
        "postgres://user:p%40ss@host:5432/name?sslmode=require&application_name=a%20b",
        "postgresql://host/name",
        "postgres://a.example:1,b.example:2/name?target_session_attrs=read-write",
        "postgres://[::1]:5432/name",
        "jdbc:postgresql://host:5432/name?user=u&password=p",
        "postgres://host?user=u",
        "postgres://host:99999/name",
        "postgres://host/%",
        "postgres://@/",
        "mysql://host/name"
      })
  @FuzzTest
  void anyText(@NotNull String text) {
    DatabaseUrl url;
    try {
      url = DatabaseUrl.from(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).contains("allowed: postgres://");
      return;
    }
    if (url == null) {
      assertThat(text).isBlank();
      return;
    }
    assertThat(url.jdbcUrl()).startsWith("jdbc:postgresql://");
    Properties parsed = Driver.parseURL(url.jdbcUrl(), new Properties());
    assertThat(parsed).as(url.jdbcUrl()).isNotNull().doesNotContainKey("password");
  }

  @ValueSource(strings = {"host/name", "host:1/name?sslmode=require", "a,b/n", "/", "?x", "h/n#f"})
  @FuzzTest
  void aPasswordIsNeverShown(@NotNull String target) {
    String text = "postgres://user:" + PASSWORD + "@" + target.replace("@", "");
    try {
      DatabaseUrl url = Objects.requireNonNull(DatabaseUrl.from(text));
      assertThat(url.toString() + url.jdbcUrl()).doesNotContain(PASSWORD);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).doesNotContain(PASSWORD);
    }
  }
}
