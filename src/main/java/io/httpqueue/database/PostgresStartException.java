package io.httpqueue.database;

/** There is no Postgres to work on. The message is one line for the operator, without secrets. */
public final class PostgresStartException extends RuntimeException {

  private static final long serialVersionUID = 1;

  PostgresStartException(String message) {
    super(message);
  }

  PostgresStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
