package io.httpqueue.command;

import io.httpqueue.database.Postgres;
import io.httpqueue.retention.PartitionKeeper;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;

/** Brings the database to the newest tables, as the start of a server does. */
final class MigrateCommand implements Command {

  private static final Logger log = LoggerFactory.getLogger(MigrateCommand.class);

  @Override
  public String name() {
    return "migrate";
  }

  @Override
  public List<String> usage() {
    return List.of("migrate");
  }

  @Override
  public int run(List<String> arguments, List<String> settings, Terminal terminal) {
    if (!arguments.isEmpty()) {
      throw new UsageException("migrate takes no " + arguments.getFirst());
    }
    try (ConfigurableApplicationContext context = CommandContext.start(settings, "info")) {
      context.getBean(PartitionKeeper.class);
      Postgres postgres = context.getBean(Postgres.class);
      log.info("Postgres has the newest tables: {}", postgres.description());
    }
    return 0;
  }
}
