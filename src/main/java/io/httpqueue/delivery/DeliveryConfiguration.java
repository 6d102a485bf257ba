package io.httpqueue.delivery;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  BreakerSettings.class,
  DeliverySettings.class,
  RetrySettings.class,
  StatsSettings.class,
  WatchSettings.class
})
class DeliveryConfiguration {}
