package io.httpqueue.management;

import io.httpqueue.database.ReadinessCheck;
import io.httpqueue.telemetry.Scrape;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ManagementSettings.class)
class ManagementConfiguration {

  @Bean
  @ConditionalOnExpression("${httpqueue.management.port} > 0")
  ManagementServer managementServer(
      ManagementSettings settings,
      List<ReadinessCheck> checks,
      ApplicationAvailability availability,
      Scrape scrape) {
    return new ManagementServer(settings, new Readiness(checks, availability), scrape);
  }
}
