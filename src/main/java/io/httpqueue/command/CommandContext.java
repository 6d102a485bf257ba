package io.httpqueue.command;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;

/**
 * What a command needs of the server: its database with the newest tables. No API, no jobs. An
 * embedded Postgres that a server runs already is used beside it.
 */
@ComponentScan({"io.httpqueue.database", "io.httpqueue.retention", "io.httpqueue.access"})
@ComponentScan(
    basePackages = "io.httpqueue.queue",
    useDefaultFilters = false,
    includeFilters = @Filter(type = FilterType.REGEX, pattern = ".*\\.QueueConfiguration"))
@ImportAutoConfiguration(FlywayAutoConfiguration.class)
class CommandContext {

  private static final String LOG_LEVEL = "--httpqueue.log.level=";

  /**
   * Starts it; to be closed.
   *
   * @param logLevel unless the settings have another
   */
  static ConfigurableApplicationContext start(List<String> settings, String logLevel) {
    SpringApplication application = new SpringApplication(CommandContext.class);
    application.setLazyInitialization(true);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setAdditionalProfiles("command");
    List<String> all = new ArrayList<>(settings);
    if (settings.stream().noneMatch(setting -> setting.startsWith(LOG_LEVEL))) {
      all.add(LOG_LEVEL + logLevel);
    }
    return application.run(all.toArray(String[]::new));
  }
}
