package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;

class DatabaseOutageTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "08001", "08003", "08006", "25006", "40001", "40P01", "53100", "53200", "53300", "55P03",
        "57014", "57P01", "57P02", "57P03", "58030"
      })
  void isToldByTheStateWhereverItIs(String state) {
    SQLException cause = new SQLException("text", state);

    assertThat(DatabaseOutage.isCauseOf(new CompletionException(new RuntimeException(cause))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"42P01", "42601", "23505", "22P02", "25P02", "XX000", "0", ""})
  void isNotAStatementThatIsWrong(String state) {
    assertThat(DatabaseOutage.isCauseOf(new SQLException("text", state))).isFalse();
    assertThat(
            DatabaseOutage.isCauseOf(
                new DataIntegrityViolationException("x", new SQLException("text", state))))
        .isFalse();
  }

  @Test
  void isToldByTheTypeWhereThereIsNoState() {
    assertThat(DatabaseOutage.isCauseOf(new CannotGetJdbcConnectionException("x"))).isTrue();
    assertThat(DatabaseOutage.isCauseOf(new CannotCreateTransactionException("x"))).isTrue();
    assertThat(DatabaseOutage.isCauseOf(new SQLTransientConnectionException("x"))).isTrue();
    assertThat(DatabaseOutage.isCauseOf(new SQLException("x"))).isFalse();
    assertThat(DatabaseOutage.isCauseOf(new IllegalStateException("x"))).isFalse();
  }
}
