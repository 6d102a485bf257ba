package io.httpqueue.queue;

import javax.sql.DataSource;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.StorageProviderUtils.DatabaseOptions;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(QueueSettings.class)
class QueueConfiguration {

  @Bean
  JavaMigration jobRunrTables(@Qualifier("jobQueueDataSource") DataSource dataSource) {
    return new JobRunrTables(dataSource);
  }

  /**
   * With connections of its own: a pool that waiting lanes have emptied must not stop JobRunr's
   * heartbeat.
   */
  @Bean
  @DependsOnDatabaseInitialization
  StorageProvider storageProvider(
      @Qualifier("jobQueueDataSource") DataSource dataSource, JobMapper jobMapper) {
    StorageProvider storage =
        SqlStorageProviderFactory.using(dataSource, null, DatabaseOptions.SKIP_CREATE);
    storage.setJobMapper(jobMapper);
    return storage;
  }
}
