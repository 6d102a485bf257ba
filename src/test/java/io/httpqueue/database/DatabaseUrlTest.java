package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "postgres://u:p@db:5433/app jdbc:postgresql://db:5433/app db:5433/app",
        "postgresql://u:p@db/app jdbc:postgresql://db/app db/app",
        "postgres://u:p@db/app?sslmode=require jdbc:postgresql://db/app?sslmode=require db/app",
        "postgres://u:p@db/app?connect_timeout=3&application_name=a%20b"
            + " jdbc:postgresql://db/app?connectTimeout=3&ApplicationName=a+b db/app",
        "postgres://u:p@[::1]:5432/app jdbc:postgresql://[::1]:5432/app [::1]:5432/app",
        "postgres://u:p@a:1,b:2/app jdbc:postgresql://a:1,b:2/app a:1,b:2/app",
        "jdbc:postgresql://db:5433/app?user=u&password=p jdbc:postgresql://db:5433/app db:5433/app",
      })
  void readsBothForms(String text, String jdbcUrl, String display) {
    assertThat(DatabaseUrl.from(text)).isEqualTo(new DatabaseUrl(jdbcUrl, "u", "p", display));
  }

  @Test
  void decodesPercentEncodedParts() {
    DatabaseUrl url = DatabaseUrl.from("postgres://o%27neil%40x:p%2Fa%3As%25+s@db/my%20app");
    assertThat(url)
        .isEqualTo(
            new DatabaseUrl("jdbc:postgresql://db/my+app", "o'neil@x", "p/a:s%+s", "db/my app"));
  }

  @Test
  void takesAnAtSignInThePasswordAsItIs() {
    assertThat(DatabaseUrl.from("postgres://u:p@ss@db/app"))
        .isEqualTo(new DatabaseUrl("jdbc:postgresql://db/app", "u", "p@ss", "db/app"));
  }

  @Test
  void needsNoCredentials() {
    assertThat(DatabaseUrl.from("postgres://db/app"))
        .isEqualTo(new DatabaseUrl("jdbc:postgresql://db/app", null, null, "db/app"));
  }

  @Test
  void blankMeansTheEmbeddedPostgres() {
    assertThat(DatabaseUrl.from(" ")).isNull();
  }

  @Test
  void itsTextFormHoldsNoCredentials() {
    assertThat(String.valueOf(DatabaseUrl.from("postgres://user:secret@db/app")))
        .isEqualTo("db/app");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://secret:secret@db/app",
        "secret",
        "postgres://u:secret@db:port/app",
        "postgres://u:secret@/app",
        "postgres://u:secret@db",
        "postgres://u:secret@db/",
        "postgres://u:secret%zz@db/app",
        "jdbc:postgresql:secret",
      })
  void refusesAnythingElseWithoutSayingThePassword(String text) {
    assertThatThrownBy(() -> DatabaseUrl.from(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: postgres://user:password@host:5432/database")
        .hasMessageNotContaining("secret");
  }
}
