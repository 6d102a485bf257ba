package io.httpqueue.retention;

import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RetentionSettings.class)
class RetentionConfiguration {

  /** Whatever writes rows of today depends on it, by name or by type. */
  @Bean(initMethod = "makeAhead")
  @DependsOnDatabaseInitialization
  PartitionKeeper partitionKeeper(DataSource dataSource, RetentionSettings settings) {
    return new PartitionKeeper(dataSource, settings);
  }

  @Bean
  UnregisteredWebhooks unregisteredWebhooks(DataSource dataSource, RetentionSettings settings) {
    return new UnregisteredWebhooks(dataSource, settings);
  }
}
