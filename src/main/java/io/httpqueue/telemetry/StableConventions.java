package io.httpqueue.telemetry;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Has calls measured by the conventions for rpc that are stable, as the page and the dashboards
 * name them, and not by those before. The library reads this once, when it is first used, and from
 * a system property alone.
 */
final class StableConventions implements EnvironmentPostProcessor {

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    System.setProperty("otel.semconv-stability.opt-in", "rpc");
  }
}
