package io.httpqueue.database;

/** The Postgres that this server works on. */
public sealed interface Postgres extends AutoCloseable permits EmbeddedPostgres, RemotePostgres {

  DatabaseUrl url();

  /** Which one it is, for people; without credentials. */
  String description();

  /** Leaves it; one that this server started is stopped. */
  @Override
  void close();
}
