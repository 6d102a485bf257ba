package io.httpqueue.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Short messages between the servers on one database, by Postgres' LISTEN and NOTIFY. They only
 * make things faster: one can be lost (while a server's connection is away), so nothing may depend
 * on its arrival. Thread-safe.
 */
public final class ServerMessages implements SmartLifecycle {

  /** Postgres refuses notifications of 8000 bytes and more. */
  public static final int MAX_LENGTH = 7_900;

  private static final Logger log = LoggerFactory.getLogger(ServerMessages.class);
  private static final String CHANNEL = "httpqueue";
  private static final int PHASE = 500;
  private static final Duration RECONNECT_PAUSE = Duration.ofMillis(500);
  private static final int POLL_MILLIS = 500;
  private static final Duration PROBE_EVERY = Duration.ofSeconds(2);
  private static final int PROBE_SECONDS = 5;

  /** Once it is full whatever notifies fails: {@code push_event} of producers too. */
  private static final double MOST_OF_THE_QUEUE = 0.1;

  private final DataSource dataSource;
  private final Runnable whenSilent;
  private final double mostOfTheQueue;
  private final JdbcClient jdbc;
  private final Map<String, Consumer<String>> handlers = new ConcurrentHashMap<>();
  private final List<Runnable> afterGap = new CopyOnWriteArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Thread listener;
  private volatile boolean fillingUp;

  /**
   * @param whenSilent called when Postgres says nothing any more by the connection that listens: it
   *     may have vanished, and other connections with it
   */
  public ServerMessages(DataSource dataSource, Runnable whenSilent) {
    this(dataSource, whenSilent, MOST_OF_THE_QUEUE);
  }

  /**
   * As the other one.
   *
   * @param mostOfTheQueue from which share on of Postgres' queue it is filling up
   */
  ServerMessages(DataSource dataSource, Runnable whenSilent, double mostOfTheQueue) {
    this.dataSource = dataSource;
    this.whenSilent = whenSilent;
    this.mostOfTheQueue = mostOfTheQueue;
    this.jdbc = JdbcClient.create(dataSource);
  }

  /**
   * Has every message of a topic handed over, those of this server included. The handler runs on
   * the listening thread: it must be quick and must not throw.
   *
   * @param topic without spaces
   */
  public void subscribe(String topic, Consumer<String> handler) {
    handlers.put(topic, handler);
  }

  /** Has something done each time after messages may have been missed. */
  public void afterGap(Runnable action) {
    afterGap.add(action);
  }

  // Nothing is written that a crash may not lose. So its commit need not wait for the disk, and
  // keep others waiting meanwhile: Postgres lets those that notify commit one by one.
  private static final String PUBLISH =
      """
      SELECT set_config('synchronous_commit', 'off', true), pg_notify(:channel, message)
      FROM unnest(:messages::text[]) AS sent (message)
      """;

  /**
   * Sends a message to every server. Not for use within a transaction, which would not be durable
   * when it is committed.
   *
   * @param message at most {@link #MAX_LENGTH} bytes together with its topic
   */
  public void publish(String topic, String message) {
    publish(topic, List.of(message));
  }

  /** As {@link #publish(String, String)}, several in one round trip, in their order. */
  public void publish(String topic, List<String> messages) {
    jdbc.sql(PUBLISH)
        .param("channel", CHANNEL)
        .param(
            "messages",
            messages.stream().map(message -> topic + ' ' + message).toArray(String[]::new))
        .query((row, _) -> true)
        .list();
  }

  /**
   * Whether somebody who listens has not read for so long that messages should be few and short, as
   * was found within the last seconds.
   */
  public boolean isFillingUp() {
    return fillingUp;
  }

  /** Before what listens, and until that has stopped. */
  @Override
  public int getPhase() {
    return PHASE;
  }

  @Override
  public void start() {
    listener = Thread.ofVirtual().name("server-messages").start(this::listen);
  }

  @Override
  public void stop() {
    stopped.countDown();
    Thread thread = listener;
    if (thread != null) {
      try {
        thread.join(Duration.ofSeconds(2));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    Thread thread = listener;
    return thread != null && thread.isAlive();
  }

  private void listen() {
    while (!isStopped(Duration.ZERO)) {
      try (Connection connection = dataSource.getConnection()) {
        receive(connection);
      } catch (SQLException e) {
        log.debug("Messages between servers are interrupted: {}", e.getMessage());
        isStopped(RECONNECT_PAUSE);
      }
    }
  }

  private void receive(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LISTEN " + CHANNEL);
    }
    afterGap.forEach(Runnable::run);
    PGConnection postgres = connection.unwrap(PGConnection.class);
    try {
      long probeAt = System.nanoTime() + PROBE_EVERY.toNanos();
      while (!isStopped(Duration.ZERO)) {
        PGNotification[] notifications = postgres.getNotifications(POLL_MILLIS);
        if (notifications != null) {
          for (PGNotification notification : notifications) {
            handle(notification.getParameter());
          }
        }
        if (System.nanoTime() - probeAt >= 0) {
          probe(connection);
          fillingUp = queueUsage(connection) >= mostOfTheQueue;
          probeAt = System.nanoTime() + PROBE_EVERY.toNanos();
        }
      }
    } finally {
      if (!connection.isClosed()) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("UNLISTEN *");
        }
      }
    }
  }

  /** Who only listens is not told that the other side is no more. */
  private void probe(Connection connection) throws SQLException {
    if (!connection.isValid(PROBE_SECONDS)) {
      whenSilent.run();
      throw new SQLException("Postgres is silent");
    }
  }

  private static double queueUsage(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet usage = statement.executeQuery("SELECT pg_notification_queue_usage()")) {
      usage.next();
      return usage.getDouble(1);
    }
  }

  private void handle(String message) {
    int space = message.indexOf(' ');
    Consumer<String> handler = space < 0 ? null : handlers.get(message.substring(0, space));
    // A newer server may know topics that this one does not.
    if (handler == null) {
      return;
    }
    try {
      handler.accept(message.substring(space + 1));
    } catch (RuntimeException e) {
      // A message of another release may mean something that this one does not understand.
      log.warn("A message between servers was not understood: {}", e.toString());
    }
  }

  private boolean isStopped(Duration wait) {
    try {
      return stopped.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
