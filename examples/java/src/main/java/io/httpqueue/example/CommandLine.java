package io.httpqueue.example;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Options of the form {@code --name value} or {@code --name=value}. */
final class CommandLine {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");

  private final Map<String, String> values;

  private CommandLine(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads all arguments.
   *
   * @throws UsageException if one is not an option of {@code known}, or has no value
   */
  static CommandLine parse(String[] args, Set<String> known) {
    var values = new HashMap<String, String>();
    for (int i = 0; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      String name = equals < 0 ? args[i] : args[i].substring(0, equals);
      if (!known.contains(name)) {
        throw new UsageException(
            "unknown option " + name + "; there are " + String.join(", ", new TreeSet<>(known)));
      }
      if (equals < 0 && i + 1 == args.length) {
        throw new UsageException(name + " needs a value");
      }
      values.put(name, equals < 0 ? args[++i] : args[i].substring(equals + 1));
    }
    return new CommandLine(values);
  }

  static boolean asksForHelp(String[] args) {
    return args.length > 0 && (args[0].equals("--help") || args[0].equals("-h"));
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  int number(String name, int otherwise, int smallest, int largest) {
    String value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= smallest && number <= largest) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told in the same words as a number out of range.
    }
    throw new UsageException(
        "%s must be a whole number from %d to %d, not '%s'"
            .formatted(name, smallest, largest, value));
  }

  Duration duration(String name, Duration otherwise) {
    String value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    var match = DURATION.matcher(value);
    if (!match.matches()) {
      throw new UsageException(name + " must be like 500ms, 3s or 2m, not '" + value + "'");
    }
    long amount = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }
}
