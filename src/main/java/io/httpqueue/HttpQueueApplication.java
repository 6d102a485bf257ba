package io.httpqueue;

import io.httpqueue.check.CheckCommand;
import io.httpqueue.database.Postgres;
import io.httpqueue.retention.PartitionKeeper;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Starts one HTTPQueue server; with the argument {@code migrate} it only prepares its database,
 * with {@code check} it only looks at what a server would need.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class HttpQueueApplication {

  private static final Logger log = LoggerFactory.getLogger(HttpQueueApplication.class);
  private static final String MIGRATE = "migrate";
  private static final String CHECK = "check";

  public static void main(String[] args) {
    if (List.of(args).contains(MIGRATE)) {
      migrate(Arrays.stream(args).filter(arg -> !arg.equals(MIGRATE)).toArray(String[]::new));
    } else if (List.of(args).contains(CHECK)) {
      List<String> settings = Arrays.stream(args).filter(arg -> !arg.equals(CHECK)).toList();
      System.exit(CheckCommand.run(settings, System.out));
    } else {
      SpringApplication.run(HttpQueueApplication.class, args);
    }
  }

  private static void migrate(String[] args) {
    SpringApplication application = new SpringApplication(Migration.class);
    application.setLazyInitialization(true);
    try (ConfigurableApplicationContext context = application.run(args)) {
      context.getBean(PartitionKeeper.class);
      Postgres postgres = context.getBean(Postgres.class);
      log.info("Postgres has the newest tables: {}", postgres.description());
    }
  }

  /** What a migration needs of the server: no API, no jobs. */
  @ComponentScan({"io.httpqueue.database", "io.httpqueue.retention"})
  @ComponentScan(
      basePackages = "io.httpqueue.queue",
      useDefaultFilters = false,
      includeFilters = @Filter(type = FilterType.REGEX, pattern = ".*Configuration"))
  @ImportAutoConfiguration(FlywayAutoConfiguration.class)
  static class Migration {}

  @Bean
  StartMessage startMessage(
      Postgres postgres, ObjectProvider<BuildProperties> build, Environment environment) {
    // An IDE that runs it from classes makes no build information.
    String version = build.stream().map(BuildProperties::getVersion).findFirst().orElse("(dev)");
    return new StartMessage(
        version, postgres, environment.getRequiredProperty("httpqueue.api.port"));
  }

  /** The last lines of the start, once all is ready. */
  record StartMessage(String version, Postgres postgres, String port)
      implements ApplicationListener<AvailabilityChangeEvent<ReadinessState>>, Ordered {

    @Override
    public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
      if (event.getState() == ReadinessState.ACCEPTING_TRAFFIC) {
        log.info("HTTPQueue {} is up", version);
        log.info("Postgres: {}", postgres.description());
        log.info("gRPC:     port {}", port);
        log.info("Try it:   make listen, then make demo in another terminal");
      }
    }

    @Override
    public int getOrder() {
      return Ordered.LOWEST_PRECEDENCE;
    }
  }
}
