package io.httpqueue.access;

import io.httpqueue.database.ServerMessages;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccessSettings.class)
class AccessConfiguration {

  @Bean
  @DependsOnDatabaseInitialization
  ApiKeyRepository apiKeyRepository(DataSource dataSource) {
    return new ApiKeyRepository(JdbcClient.create(dataSource));
  }

  @Bean
  ConfirmedKeys confirmedKeys(ApiKeyRepository repository, AccessSettings settings) {
    // Two rechecks may fail, or be slow, before it is the grace that counts.
    Duration maxAge = settings.recheckInterval().multipliedBy(3).plus(settings.outageGrace());
    return new ConfirmedKeys(repository, maxAge, System::nanoTime);
  }

  @Bean
  KeyRecheck keyRecheck(ConfirmedKeys keys, ServerMessages messages, AccessSettings settings) {
    return new KeyRecheck(keys, messages, settings.recheckInterval());
  }

  @Bean
  Authentication authentication(AccessSettings settings, ConfirmedKeys keys) {
    return new Authentication(settings.authentication(), keys);
  }

  @Bean
  PushLimits pushLimits(AccessSettings settings) {
    return new PushLimits(settings.pushesPerSecond(), System::nanoTime);
  }
}
