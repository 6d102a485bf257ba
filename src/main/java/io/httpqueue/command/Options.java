package io.httpqueue.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Options of a command: {@code --name value}, {@code --name=value}, or {@code --flag} alone. */
final class Options {

  private final Map<String, List<String>> values;

  private Options(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * @param withValue the names of those that take a value
   * @param flags the names of those that take none
   * @throws UsageException if there is anything else, or a value is missing
   */
  static Options parse(List<String> arguments, Set<String> withValue, Set<String> flags) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      List<String> given = values.computeIfAbsent(name, _ -> new ArrayList<>());
      if (flags.contains(argument)) {
        given.add("");
      } else if (!withValue.contains(name)) {
        throw new UsageException("There is no option " + name + ".");
      } else if (equals >= 0) {
        given.add(argument.substring(equals + 1));
      } else if (i + 1 < arguments.size()) {
        given.add(arguments.get(++i));
      } else {
        throw new UsageException(name + " needs a value.");
      }
    }
    return new Options(values);
  }

  boolean has(String flag) {
    return values.containsKey(flag);
  }

  /** In the order they were given; empty if there is none. */
  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /**
   * @throws UsageException if it was given more than once
   */
  Optional<String> one(String name) {
    List<String> given = all(name);
    if (given.size() > 1) {
      throw new UsageException(name + " can be given once only.");
    }
    return given.stream().findFirst();
  }
}
