package io.httpqueue.webhook;

import io.httpqueue.encryption.AssociatedData;
import io.httpqueue.encryption.Encryption;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The table {@code webhook_client_certificate}, and the column of {@code webhook} that says whether
 * there is a row. Private keys are encrypted there. Thread-safe.
 */
@Repository
public class ClientCertificates {

  private final JdbcClient jdbc;
  private final Encryption encryption;

  ClientCertificates(JdbcClient jdbc, Encryption encryption) {
    this.jdbc = jdbc;
    this.encryption = encryption;
  }

  private static final String PUT =
      """
      WITH marked AS (
        UPDATE webhook SET client_certificate_expires_at = :expiresAt, updated_at = now()
        WHERE id = :id AND deleted_at IS NULL
        RETURNING id
      )
      INSERT INTO webhook_client_certificate (webhook_id, certificate_chain, private_key)
      SELECT id, :chain, :key FROM marked
      ON CONFLICT (webhook_id) DO UPDATE
      SET certificate_chain = excluded.certificate_chain, private_key = excluded.private_key
      """;

  /**
   * Gives a webhook a certificate in place of the one it had, for attempts that begin after the
   * commit and read the webhook anew.
   *
   * @return false if there is no such webhook, or it was unregistered
   */
  public boolean put(WebhookId webhook, ClientCertificate certificate) {
    return jdbc.sql(PUT)
            .param("id", webhook.value())
            .param("expiresAt", certificate.expiresAt().atOffset(ZoneOffset.UTC))
            .param("chain", encoded(certificate.chain()))
            .param("key", encryption.encrypt(place(webhook), certificate.key().getEncoded()))
            .update()
        == 1;
  }

  private static final String REMOVE =
      """
      WITH removed AS (
        DELETE FROM webhook_client_certificate WHERE webhook_id = :id
      )
      UPDATE webhook SET client_certificate_expires_at = NULL, updated_at = now()
      WHERE id = :id AND client_certificate_expires_at IS NOT NULL
      """;

  /**
   * Takes a webhook's certificate away.
   *
   * @return false if it had none
   */
  public boolean remove(WebhookId webhook) {
    return jdbc.sql(REMOVE).param("id", webhook.value()).update() == 1;
  }

  private static final String FIND =
      """
      SELECT certificate_chain, private_key FROM webhook_client_certificate WHERE webhook_id = :id
      """;

  /**
   * The certificate of a webhook; empty if it has none.
   *
   * @throws io.httpqueue.encryption.DecryptionException if its key was changed, or the key it is
   *     encrypted under is not known
   */
  public Optional<ClientCertificate> find(WebhookId webhook) {
    return jdbc.sql(FIND)
        .param("id", webhook.value())
        .query((row, _) -> read(webhook, row))
        .optional();
  }

  private ClientCertificate read(WebhookId webhook, ResultSet row) throws SQLException {
    byte[] key = encryption.decrypt(place(webhook), row.getBytes("private_key"));
    try {
      List<X509Certificate> chain = decoded(row.getBytes("certificate_chain"));
      PrivateKey read =
          KeyFactory.getInstance(chain.getFirst().getPublicKey().getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(key));
      return new ClientCertificate(chain, read);
    } catch (GeneralSecurityException e) {
      // Not its cause, which may tell something of the key.
      throw new IllegalStateException(
          "the client certificate of webhook %s cannot be read".formatted(webhook));
    }
  }

  private static AssociatedData place(WebhookId webhook) {
    return AssociatedData.of("webhook_client_certificate", "private_key", webhook.value());
  }

  private static byte[] encoded(List<X509Certificate> chain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      for (X509Certificate certificate : chain) {
        bytes.writeBytes(certificate.getEncoded());
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was read cannot be written", e);
    }
    return bytes.toByteArray();
  }

  private static List<X509Certificate> decoded(byte[] chain) throws GeneralSecurityException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(chain))) {
      certificates.add((X509Certificate) certificate);
    }
    return certificates;
  }
}
