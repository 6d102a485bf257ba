package io.httpqueue.command;

import io.httpqueue.command.Command.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Finds the command that the arguments ask for, and runs it. */
public final class Commands {

  private static final int WRONG_USAGE = 2;
  private static final Pattern SETTING =
      Pattern.compile("--[a-z]+(\\.[a-z0-9-]+)+=.*", Pattern.DOTALL);
  private static final List<String> HELP = List.of("help", "--help", "-h");

  private static final List<Command> ALL =
      List.of(new MigrateCommand(), new CheckCommand(), new KeysCommand());

  private Commands() {}

  /**
   * Runs a command to its end.
   *
   * @return the exit code of the process; empty if the arguments name no command, and a server is
   *     to be started
   */
  public static OptionalInt run(String[] arguments) {
    return run(List.of(arguments), new Terminal(System.out, System.err));
  }

  static OptionalInt run(List<String> arguments, Terminal terminal) {
    List<String> settings = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (String argument : arguments) {
      (SETTING.matcher(argument).matches() ? settings : words).add(argument);
    }
    if (words.isEmpty()) {
      return OptionalInt.empty();
    }
    String name = words.getFirst();
    if (HELP.contains(name)) {
      terminal.out().println(usage(ALL));
      return OptionalInt.of(0);
    }
    Optional<Command> command = ALL.stream().filter(it -> it.name().equals(name)).findFirst();
    if (command.isEmpty()) {
      terminal.err().printf("There is no command %s.%n%s%n", name, usage(ALL));
      return OptionalInt.of(WRONG_USAGE);
    }
    return OptionalInt.of(run(command.get(), words.subList(1, words.size()), settings, terminal));
  }

  private static int run(
      Command command, List<String> arguments, List<String> settings, Terminal terminal) {
    try {
      return command.run(arguments, settings, terminal);
    } catch (UsageException e) {
      terminal.err().printf("%s%n%s%n", e.getMessage(), usage(List.of(command)));
      return WRONG_USAGE;
    }
  }

  private static String usage(List<Command> commands) {
    StringBuilder usage = new StringBuilder("Usage:");
    commands.stream()
        .flatMap(command -> command.usage().stream())
        .forEach(line -> usage.append("%n  httpqueue %s".formatted(line)));
    return usage
        .append("%nSettings are environment variables, or --httpqueue.database.url=…".formatted())
        .toString();
  }
}
