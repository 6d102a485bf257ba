package io.httpqueue.command;

import io.httpqueue.command.Finding.Level;
import io.httpqueue.database.ClockSkew;
import io.httpqueue.database.Postgres;
import io.httpqueue.database.PostgresStartException;
import io.httpqueue.encryption.EncryptedColumn;
import io.httpqueue.encryption.Encryption;
import io.httpqueue.encryption.EncryptionKeysException;
import io.httpqueue.encryption.StoredKeysCheck;
import io.httpqueue.retention.PartitionKeeper;
import io.httpqueue.retention.RetentionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;

/**
 * Looks at everything that a server of these settings would need, prints all that it finds, a line
 * each, and changes nothing. The exit code is 1 if a server would not work. Settings that are wrong
 * are told as at a start, and nothing else is looked at then; without Postgres what needs it is
 * left out.
 */
final class CheckCommand implements Command {

  /** An answer is wanted now, not when Postgres may have come. */
  private static final String WITHOUT_WAITING = "--httpqueue.database.startup-wait=0s";

  @Override
  public String name() {
    return "check";
  }

  @Override
  public List<String> usage() {
    return List.of("check");
  }

  @Override
  public int run(List<String> arguments, List<String> settings, Terminal terminal) {
    if (!arguments.isEmpty()) {
      throw new UsageException("check takes no " + arguments.getFirst());
    }
    SpringApplication application = new SpringApplication(Parts.class);
    application.setLazyInitialization(true);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setAdditionalProfiles("command");
    String[] all =
        Stream.concat(settings.stream(), Stream.of(WITHOUT_WAITING)).toArray(String[]::new);
    try (ConfigurableApplicationContext context = application.run(all)) {
      List<Finding> findings = findings(context);
      findings.forEach(finding -> terminal.out().println(finding.line()));
      return findings.stream().anyMatch(finding -> finding.level() == Level.FAILED) ? 1 : 0;
    }
  }

  private static List<Finding> findings(ConfigurableApplicationContext context) {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok("settings", "each is allowed"));
    findings.addAll(EgressFindings.of(context.getEnvironment()));
    Postgres postgres;
    try {
      postgres = context.getBean(Postgres.class);
    } catch (BeansException e) {
      if (e.getRootCause() instanceof PostgresStartException reason) {
        findings.add(Finding.failed("Postgres", String.valueOf(reason.getMessage())));
        return findings;
      }
      throw e;
    }
    DataSource dataSource = context.getBean(DataSource.class);
    findings.addAll(
        new DatabaseFindings(
                postgres,
                dataSource,
                context.getBean(Flyway.class),
                context.getBean(ClockSkew.class),
                // Not the bean: that would migrate, and make partitions.
                new PartitionKeeper(dataSource, context.getBean(RetentionSettings.class)))
            .all());
    findings.add(encryption(context));
    return findings;
  }

  private static Finding encryption(ConfigurableApplicationContext context) {
    try {
      Encryption encryption = context.getBean(Encryption.class);
      if (context.getBean(Flyway.class).info().pending().length == 0) {
        List<EncryptedColumn> columns =
            List.copyOf(context.getBeansOfType(EncryptedColumn.class).values());
        new StoredKeysCheck(encryption, columns).check();
      }
      return Finding.ok("encryption", "the keys fit what is in the database");
    } catch (EncryptionKeysException e) {
      return Finding.failed("encryption", String.valueOf(e.getMessage()));
    } catch (BeansException e) {
      if (e.getRootCause() instanceof EncryptionKeysException reason) {
        return Finding.failed("encryption", String.valueOf(reason.getMessage()));
      }
      throw e;
    }
  }

  /** What is looked at: no API, no jobs, and nothing made before it is asked for. */
  @ComponentScan({"io.httpqueue.database", "io.httpqueue.retention"})
  @ComponentScan(
      basePackages = {"io.httpqueue.encryption", "io.httpqueue.queue", "io.httpqueue.webhook"},
      useDefaultFilters = false,
      includeFilters =
          @Filter(
              type = FilterType.REGEX,
              pattern = ".*\\.(Encryption|Queue|Webhook)Configuration"))
  @ImportAutoConfiguration(FlywayAutoConfiguration.class)
  static class Parts {

    /** They would be listened to from the start, and so want Postgres before it was looked at. */
    @Bean
    static BeanDefinitionRegistryPostProcessor withoutMessages() {
      return registry -> registry.removeBeanDefinition("serverMessages");
    }
  }
}
