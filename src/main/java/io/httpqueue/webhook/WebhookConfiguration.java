package io.httpqueue.webhook;

import io.httpqueue.encryption.EncryptedColumn;
import io.httpqueue.encryption.Encryption;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The settings of signing, and the encrypted columns of this package. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SigningSettings.class)
class WebhookConfiguration {

  @Bean
  EncryptedColumn webhookHeaders(Encryption encryption, DataSource dataSource) {
    return new EncryptedColumn(
        "webhook", "headers_encrypted", List.of("id"), encryption, dataSource);
  }

  @Bean
  EncryptedColumn webhookClientKey(Encryption encryption, DataSource dataSource) {
    return new EncryptedColumn(
        "webhook_client_certificate", "private_key", List.of("webhook_id"), encryption, dataSource);
  }

  @Bean
  EncryptedColumn webhookSecret(Encryption encryption, DataSource dataSource) {
    return new EncryptedColumn(
        "webhook_secret", "secret", List.of("webhook_id", "id"), encryption, dataSource);
  }
}
