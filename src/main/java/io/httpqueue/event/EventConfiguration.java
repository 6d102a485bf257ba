package io.httpqueue.event;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  IntakeSettings.class,
  FanOutSettings.class,
  FilterSettings.class,
  OperationalEventSettings.class
})
class EventConfiguration {}
