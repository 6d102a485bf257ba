package io.httpqueue.retention;

import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Deletes webhooks that were unregistered so long ago that nothing is kept of their deliveries, and
 * their secrets with them. Safe on several servers at once.
 */
public final class UnregisteredWebhooks {

  private static final int BATCH = 1_000;

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final RetentionSettings settings;

  /**
   * @param dataSource on a migrated database
   */
  UnregisteredWebhooks(DataSource dataSource, RetentionSettings settings) {
    this.jdbc = JdbcClient.create(dataSource);
    this.transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    this.settings = settings;
  }

  /**
   * Deletes at most a thousand, those that have been unregistered for longest; to be called every
   * now and then.
   *
   * @throws org.springframework.dao.DataAccessException if Postgres is away; nothing was deleted
   *     then
   */
  public void delete() {
    transactions.executeWithoutResult(_ -> deleteWithAllTheyHave(over()));
  }

  // Deliveries are dropped by whole days, so the last ones are gone a day later at most, and few
  // webhooks are looked at in vain: those whose day holds a delivery that has not ended.
  static final String OVER =
      """
      SELECT id FROM webhook
      WHERE deleted_at < now() - make_interval(days => :keep + 1)
        AND NOT EXISTS (SELECT FROM delivery WHERE delivery.webhook_id = webhook.id)
        AND NOT EXISTS (SELECT FROM replay WHERE replay.webhook_id = webhook.id)
      ORDER BY deleted_at
      LIMIT :limit
      FOR UPDATE SKIP LOCKED
      """;

  private List<UUID> over() {
    return jdbc.sql(OVER)
        .param("keep", (int) settings.keep().toDays())
        .param("limit", BATCH)
        .query((row, _) -> row.getObject(1, UUID.class))
        .list();
  }

  private static final List<String> DELETE =
      List.of(
          "DELETE FROM webhook_subscription WHERE webhook_id = ANY (:ids::uuid[])",
          "DELETE FROM webhook_secret WHERE webhook_id = ANY (:ids::uuid[])",
          "DELETE FROM webhook_client_certificate WHERE webhook_id = ANY (:ids::uuid[])",
          "DELETE FROM delivery_lane WHERE webhook_id = ANY (:ids::uuid[])",
          "DELETE FROM webhook WHERE id = ANY (:ids::uuid[])");

  private void deleteWithAllTheyHave(List<UUID> webhooks) {
    if (!webhooks.isEmpty()) {
      UUID[] ids = webhooks.toArray(UUID[]::new);
      DELETE.forEach(sql -> jdbc.sql(sql).param("ids", ids).update());
    }
  }
}
