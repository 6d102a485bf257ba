package io.httpqueue.roles;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RoleSettings.class)
class RolesConfiguration {

  @Bean
  Roles roles(RoleSettings settings) {
    return settings.roles();
  }
}
