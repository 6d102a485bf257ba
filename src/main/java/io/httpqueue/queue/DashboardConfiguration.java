package io.httpqueue.queue;

import org.jobrunr.storage.StorageProvider;
import org.jobrunr.utils.mapper.JsonMapper;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DashboardSettings.class)
class DashboardConfiguration {

  @Bean
  @ConditionalOnBooleanProperty("httpqueue.dashboard.enabled")
  Dashboard dashboard(DashboardSettings settings, StorageProvider storage, JsonMapper json) {
    return new Dashboard(settings, storage, json);
  }
}
