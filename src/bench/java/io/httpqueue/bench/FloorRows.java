package io.httpqueue.bench;

import io.httpqueue.database.UuidV7;
import io.httpqueue.harness.Payload;
import io.httpqueue.harness.Webhooks;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The rows of a delivery by bare JDBC on one connection, in batches of 100 deliveries: the event,
 * in one commit; the delivery, in one commit; its outcome and attempt, in one commit.
 */
final class FloorRows implements AutoCloseable {

  private static final int BATCH = 100;

  private static final String INSERT_EVENTS =
      """
      INSERT INTO event (id, namespace, name, payload, metadata, webhook_ids, expires_at)
      SELECT id, namespace, 'event.0', payload, '{}', ARRAY[webhook_id], now() + interval '3 days'
      FROM unnest(?::uuid[], ?::text[], ?::bytea[], ?::uuid[])
        AS made (id, namespace, payload, webhook_id)
      """;

  private static final String INSERT_DELIVERIES =
      """
      INSERT INTO delivery (id, event_id, webhook_id, max_attempts, expires_at)
      SELECT id, event_id, webhook_id, 15, now() + interval '3 days'
      FROM unnest(?::uuid[], ?::uuid[], ?::uuid[]) AS made (id, event_id, webhook_id)
      """;

  private static final String UPDATE_DELIVERIES =
      """
      UPDATE delivery
      SET status = 'SUCCESS', attempt_count = 1, last_attempted_at = now(), next_attempt_at = NULL
      WHERE id = ANY (?::uuid[]) AND status = 'PENDING'
      """;

  private static final String INSERT_ATTEMPTS =
      """
      INSERT INTO delivery_attempt
        (delivery_id, number, started_at, duration_ms, response_code, response_body)
      SELECT id, 1, now(), 1, 200, 'ok' FROM unnest(?::uuid[]) AS id
      """;

  private final Connection connection;
  private final PreparedStatement insertEvents;
  private final PreparedStatement insertDeliveries;
  private final PreparedStatement updateDeliveries;
  private final PreparedStatement insertAttempts;
  private final int fanOut;
  private final UuidV7 ids = new UuidV7(Clock.systemUTC(), new Random());
  private final UUID[] webhooks;
  private final byte[] payload =
      new Payload(Execution.PAYLOAD_BYTES).text(0, 0).getBytes(StandardCharsets.UTF_8);

  FloorRows(String jdbcUrl, int fanOut) throws SQLException {
    this.fanOut = fanOut;
    webhooks = Stream.generate(ids::next).limit(Math.max(10, fanOut)).toArray(UUID[]::new);
    connection = DriverManager.getConnection(jdbcUrl);
    connection.setAutoCommit(false);
    insertEvents = connection.prepareStatement(INSERT_EVENTS);
    insertDeliveries = connection.prepareStatement(INSERT_DELIVERIES);
    updateDeliveries = connection.prepareStatement(UPDATE_DELIVERIES);
    insertAttempts = connection.prepareStatement(INSERT_ATTEMPTS);
  }

  void write(long deliveries) throws SQLException {
    for (long done = 0; done < deliveries; done += Math.max(BATCH, fanOut)) {
      UUID[] events = writeEvents(Math.max(1, BATCH / fanOut));
      UUID[] made = writeDeliveries(events);
      writeOutcomes(made);
    }
  }

  private UUID[] writeEvents(int count) throws SQLException {
    UUID[] events = ids(count);
    setArray(insertEvents, 1, "uuid", events);
    setArray(insertEvents, 2, "text", Collections.nCopies(count, Webhooks.NAMESPACE).toArray());
    byte[][] payloads = new byte[count][];
    Arrays.fill(payloads, payload);
    setArray(insertEvents, 3, "bytea", payloads);
    setArray(insertEvents, 4, "uuid", webhooksOf(count));
    insertEvents.executeUpdate();
    connection.commit();
    return events;
  }

  private UUID[] writeDeliveries(UUID[] events) throws SQLException {
    int count = events.length * fanOut;
    UUID[] made = ids(count);
    UUID[] eventOfEach = new UUID[count];
    Arrays.setAll(eventOfEach, i -> events[i / fanOut]);
    setArray(insertDeliveries, 1, "uuid", made);
    setArray(insertDeliveries, 2, "uuid", eventOfEach);
    setArray(insertDeliveries, 3, "uuid", webhooksOf(count));
    insertDeliveries.executeUpdate();
    connection.commit();
    return made;
  }

  private void writeOutcomes(UUID[] deliveries) throws SQLException {
    setArray(updateDeliveries, 1, "uuid", deliveries);
    int updated = updateDeliveries.executeUpdate();
    if (updated != deliveries.length) {
      throw new IllegalStateException("updated " + updated + " of " + deliveries.length);
    }
    setArray(insertAttempts, 1, "uuid", deliveries);
    insertAttempts.executeUpdate();
    connection.commit();
  }

  private UUID[] webhooksOf(int count) {
    UUID[] all = new UUID[count];
    Arrays.setAll(all, i -> webhooks[i % webhooks.length]);
    return all;
  }

  private UUID[] ids(int count) {
    return Stream.generate(ids::next).limit(count).toArray(UUID[]::new);
  }

  private void setArray(PreparedStatement statement, int index, String type, Object[] elements)
      throws SQLException {
    statement.setArray(index, connection.createArrayOf(type, elements));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
