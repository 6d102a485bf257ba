package io.httpqueue.command;

import io.httpqueue.access.ApiKeyId;
import io.httpqueue.access.ApiKeys;
import io.httpqueue.access.CreatedKey;
import io.httpqueue.access.KeyRecord;
import io.httpqueue.access.NewApiKey;
import java.util.List;
import java.util.UUID;
import org.springframework.context.ConfigurableApplicationContext;

/** Makes, lists and revokes API keys. */
final class KeysCommand implements Command {

  @Override
  public String name() {
    return "keys";
  }

  @Override
  public List<String> usage() {
    return List.of(
        "keys create --role admin|publisher|reader (--namespace NAME … | --all-namespaces)"
            + " [--name TEXT] [--pushes-per-second NUMBER] [--expires-in 90d]",
        "keys list",
        "keys revoke ID");
  }

  @Override
  public int run(List<String> arguments, List<String> settings, Terminal terminal) {
    if (arguments.isEmpty()) {
      throw new UsageException("What about the keys?");
    }
    List<String> rest = arguments.subList(1, arguments.size());
    // What is wrong with the arguments is told before anything is connected to.
    KeysAction action =
        switch (arguments.getFirst()) {
          case "create" -> create(NewKeyOptions.parse(rest));
          case "list" -> list(rest);
          case "revoke" -> revoke(rest);
          default -> throw new UsageException("There is no command keys " + arguments.getFirst());
        };
    try (ConfigurableApplicationContext context = CommandContext.start(settings, "warn")) {
      return action.run(context.getBean(ApiKeys.class), terminal);
    }
  }

  private interface KeysAction {

    int run(ApiKeys keys, Terminal terminal);
  }

  private static KeysAction create(NewApiKey key) {
    return (keys, terminal) -> {
      CreatedKey created = keys.create(key);
      terminal
          .err()
          .printf(
              "Made key %s: %s for %s. Keep it now: it cannot be shown again.%n",
              created.id(), key.role(), KeyTable.namespaces(key.namespaces()));
      terminal.out().println(created.text());
      return 0;
    };
  }

  private static KeysAction list(List<String> arguments) {
    if (!arguments.isEmpty()) {
      throw new UsageException("keys list takes no " + arguments.getFirst());
    }
    return (keys, terminal) -> {
      List<KeyRecord> found = keys.list();
      if (found.isEmpty()) {
        terminal.err().println("There are no keys.");
      } else {
        terminal.out().print(KeyTable.of(found));
      }
      return 0;
    };
  }

  private static KeysAction revoke(List<String> arguments) {
    if (arguments.size() != 1) {
      throw new UsageException("keys revoke takes the id of one key, as keys list shows it.");
    }
    ApiKeyId id;
    try {
      id = new ApiKeyId(UUID.fromString(arguments.getFirst()));
    } catch (IllegalArgumentException e) {
      // It may be the key itself, which must not be repeated.
      throw new UsageException("That is no id of a key: keys list shows them.");
    }
    return (keys, terminal) -> {
      if (keys.revoke(id)) {
        terminal.err().printf("Revoked key %s. Every server refuses it within seconds.%n", id);
        return 0;
      }
      terminal.err().printf("There is no key %s.%n", id);
      return 1;
    };
  }
}
