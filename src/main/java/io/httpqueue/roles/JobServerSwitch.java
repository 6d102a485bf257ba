package io.httpqueue.roles;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Keeps JobRunr from making a job server where this server is no worker: JobRunr would start one
 * that is there. Wrong roles are left to the check of the settings.
 */
final class JobServerSwitch implements EnvironmentPostProcessor, Ordered {

  private static final String JOB_SERVER = "jobrunr.background-job-server.enabled";

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    if (!isWorker(environment.getProperty("httpqueue.roles", Roles.ALL.toString()))) {
      environment
          .getPropertySources()
          .addFirst(new MapPropertySource("roles", Map.of(JOB_SERVER, "false")));
    }
  }

  private static boolean isWorker(String roles) {
    try {
      return Roles.from(roles).worker();
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  /** After everything that reads settings. */
  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }
}
