package io.httpqueue.settings;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Tells the libraries in what form log lines are written, and where else they go. */
final class LogOutputAtStart implements EnvironmentPostProcessor, Ordered {

  private static final String DEVELOPMENT = "development";

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    Map<String, Object> properties = new HashMap<>();
    if (isJson(environment)) {
      properties.put("logging.structured.format.console", "ecs");
    }
    if (environment.getProperty("httpqueue.telemetry.logs", "false").equalsIgnoreCase("true")) {
      properties.put("otel.logs.exporter", "otlp");
      properties.put("otel.instrumentation.logback-appender.enabled", "true");
    }
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("httpqueue-log-output", properties));
  }

  private static boolean isJson(ConfigurableEnvironment environment) {
    String format = environment.getProperty("httpqueue.log.format", "auto");
    return switch (format.toLowerCase(Locale.ROOT)) {
      case "json" -> true;
      case "auto" ->
          !environment
              .getProperty("httpqueue.telemetry.environment", DEVELOPMENT)
              .equals(DEVELOPMENT);
      // What is not allowed is told by the check, in text.
      default -> false;
    };
  }

  /** Before the check, so that what is wrong in the settings is the last word. */
  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE - 1;
  }
}
