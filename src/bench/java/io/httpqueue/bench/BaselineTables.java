package io.httpqueue.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** The baseline's rows: an event, its deliveries, their attempts. */
final class BaselineTables {

  private static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS baseline_event (id uuid PRIMARY KEY, payload text NOT NULL);
      CREATE TABLE IF NOT EXISTS baseline_delivery (
        id uuid PRIMARY KEY,
        event_id uuid NOT NULL,
        webhook_id uuid NOT NULL,
        status text NOT NULL DEFAULT 'PENDING'
      );
      CREATE INDEX IF NOT EXISTS baseline_delivery_by_event ON baseline_delivery (event_id);
      CREATE TABLE IF NOT EXISTS baseline_attempt (
        delivery_id uuid NOT NULL,
        number integer NOT NULL,
        response_code integer NOT NULL,
        PRIMARY KEY (delivery_id, number)
      );
      """;

  private static final String INSERT_EVENT = "INSERT INTO baseline_event VALUES (?, ?)";
  private static final String INSERT_DELIVERY =
      "INSERT INTO baseline_delivery (id, event_id, webhook_id) VALUES (?, ?, ?)";
  private static final String FIND_PAYLOAD = "SELECT payload FROM baseline_event WHERE id = ?";
  private static final String UPDATE_DELIVERY =
      "UPDATE baseline_delivery SET status = 'SUCCESS' WHERE id = ? AND status = 'PENDING'";
  private static final String INSERT_ATTEMPT = "INSERT INTO baseline_attempt VALUES (?, 1, ?)";

  private final DataSource dataSource;

  BaselineTables(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  void create() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(CREATE);
    }
  }

  /** One commit. */
  void insert(UUID event, String payload, List<BaselineDelivery> deliveries) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      execute(connection, INSERT_EVENT, event, payload);
      for (BaselineDelivery delivery : deliveries) {
        execute(connection, INSERT_DELIVERY, delivery.deliveryId(), event, delivery.webhookId());
      }
      connection.commit();
    }
  }

  String payload(UUID event) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(FIND_PAYLOAD)) {
      statement.setObject(1, event);
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  /** One commit. */
  void succeed(UUID delivery, int status) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      execute(connection, UPDATE_DELIVERY, delivery);
      execute(connection, INSERT_ATTEMPT, delivery, status);
      connection.commit();
    }
  }

  private static void execute(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
