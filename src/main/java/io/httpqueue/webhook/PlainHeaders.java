package io.httpqueue.webhook;

import io.httpqueue.encryption.EncryptionBacklog;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Headers that a server without encryption wrote. */
@Component
class PlainHeaders implements EncryptionBacklog {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final HeaderStore headers;

  PlainHeaders(JdbcClient jdbc, TransactionTemplate transactions, HeaderStore headers) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.headers = headers;
  }

  private record Plain(WebhookId webhook, String headers) {}

  static final String LOCK_SOME =
      """
      SELECT id, headers::text FROM webhook WHERE headers <> '{}'
      LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
      """;

  @Override
  public int encryptSome(int limit) {
    Integer encrypted =
        transactions.execute(
            _ -> {
              List<Plain> plain =
                  jdbc.sql(LOCK_SOME)
                      .param("limit", limit)
                      .query(
                          (row, _) ->
                              new Plain(
                                  new WebhookId(row.getObject("id", UUID.class)),
                                  row.getString("headers")))
                      .list();
              plain.forEach(this::encrypt);
              return plain.size();
            });
    return encrypted == null ? 0 : encrypted;
  }

  private static final String ENCRYPT =
      "UPDATE webhook SET headers = NULL, headers_encrypted = :encrypted WHERE id = :id";

  private void encrypt(Plain plain) {
    jdbc.sql(ENCRYPT)
        .param("id", plain.webhook().value())
        .param("encrypted", headers.encrypted(plain.webhook(), headers.parse(plain.headers())))
        .update();
  }
}
