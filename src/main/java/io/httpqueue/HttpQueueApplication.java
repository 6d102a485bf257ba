package io.httpqueue;

import io.httpqueue.command.Commands;
import io.httpqueue.database.Postgres;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/** Starts one HTTPQueue server, or runs the command that the arguments name. */
@SpringBootApplication(proxyBeanMethods = false)
public class HttpQueueApplication {

  private static final Logger log = LoggerFactory.getLogger(HttpQueueApplication.class);

  public static void main(String[] args) {
    OptionalInt exitCode = Commands.run(args);
    if (exitCode.isEmpty()) {
      SpringApplication.run(HttpQueueApplication.class, args);
    } else {
      System.exit(exitCode.getAsInt());
    }
  }

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
