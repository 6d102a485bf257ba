package io.httpqueue.e2e;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

/** The examples of docs/outbox.md, word for word. */
final class OutboxExamples {

  private OutboxExamples() {}

  // example: spring
  static class Orders {

    private final JdbcClient jdbc;

    Orders(JdbcClient jdbc) {
      this.jdbc = jdbc;
    }

    @Transactional
    public void place(long order, int cents) {
      jdbc.sql("INSERT INTO orders (id, cents) VALUES (?, ?)").params(order, cents).update();
      jdbc.sql(
              """
              SELECT httpqueue.push_event('shop', 'order.placed',
                jsonb_build_object('order', ?::bigint, 'cents', ?::integer),
                ordering_key => ?)
              """)
          .params(order, cents, "order-" + order)
          .query(UUID.class)
          .single();
    }
  }

  // end

  // example: jdbc
  static UUID place(DataSource dataSource, long order, int cents) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
              connection.prepareStatement("INSERT INTO orders (id, cents) VALUES (?, ?)");
          PreparedStatement push =
              connection.prepareStatement(
                  "SELECT httpqueue.push_event(?, ?, ?::jsonb, idempotency_key => ?)")) {
        insert.setLong(1, order);
        insert.setInt(2, cents);
        insert.executeUpdate();

        push.setString(1, "shop");
        push.setString(2, "order.placed");
        push.setString(3, "{\"order\": %d, \"cents\": %d}".formatted(order, cents));
        push.setString(4, "order-placed-" + order);
        UUID event;
        try (ResultSet answer = push.executeQuery()) {
          answer.next();
          event = answer.getObject(1, UUID.class);
        }
        connection.commit();
        return event;
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      }
    }
  }
  // end
}
