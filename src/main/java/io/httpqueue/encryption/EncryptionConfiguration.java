package io.httpqueue.encryption;

import java.security.SecureRandom;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EncryptionSettings.class)
class EncryptionConfiguration {

  private static final Logger log = LoggerFactory.getLogger(EncryptionConfiguration.class);

  @Bean
  Encryption encryption(
      EncryptionSettings settings,
      SecureRandom random,
      @Value("${ENVIRONMENT:development}") String environment) {
    KeyRing keys = keys(settings, environment.equals("development"));
    return new Encryption(keys, random);
  }

  @Bean
  MessageSeal messageSeal(Encryption encryption, SecureRandom random) {
    return new MessageSeal(encryption.ring(), random);
  }

  private static KeyRing keys(EncryptionSettings settings, boolean development) {
    KeyRing keys = settings.keys();
    if (keys == null && !development) {
      throw new EncryptionKeysException(
          "HTTPQUEUE_ENCRYPTION_KEYS must be set outside ENVIRONMENT=development: name:key, the"
              + " key as openssl rand -base64 32 prints it");
    }
    if (keys == null) {
      log.info(
          "Secrets are encrypted with a key that everybody knows, as this is development;"
              + " HTTPQUEUE_ENCRYPTION_KEYS replaces it");
      return KeyRing.development();
    }
    if (development) {
      return keys.withDevelopment();
    }
    if (keys.encryptsForDevelopmentOnly()) {
      throw new EncryptionKeysException(
          "the first key of HTTPQUEUE_ENCRYPTION_KEYS is the one that everybody knows: it must not"
              + " encrypt outside ENVIRONMENT=development");
    }
    return keys;
  }

  @Bean(initMethod = "check")
  @DependsOnDatabaseInitialization
  StoredKeysCheck storedKeysCheck(Encryption encryption, List<EncryptedColumn> columns) {
    return new StoredKeysCheck(encryption, columns);
  }
}
