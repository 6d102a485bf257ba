package io.httpqueue.roles;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** Which part of the work this server takes. */
@ConfigurationProperties("httpqueue")
record RoleSettings(Roles roles) {}
