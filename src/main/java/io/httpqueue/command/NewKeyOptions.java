package io.httpqueue.command;

import io.httpqueue.access.NamespaceScope;
import io.httpqueue.access.NewApiKey;
import io.httpqueue.access.Role;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.convert.DurationStyle;

/** Reads what {@code keys create} is to make. */
final class NewKeyOptions {

  private static final String ROLE = "--role";
  private static final String NAMESPACE = "--namespace";
  private static final String ALL_NAMESPACES = "--all-namespaces";
  private static final String NAME = "--name";
  private static final String PUSHES = "--pushes-per-second";
  private static final String EXPIRES_IN = "--expires-in";

  private NewKeyOptions() {}

  /**
   * @throws UsageException if anything is wrong or missing
   */
  static NewApiKey parse(List<String> arguments) {
    Options options =
        Options.parse(
            arguments, Set.of(ROLE, NAMESPACE, NAME, PUSHES, EXPIRES_IN), Set.of(ALL_NAMESPACES));
    try {
      return new NewApiKey(
          options.one(NAME).orElse(""),
          role(options),
          namespaces(options),
          options.one(PUSHES).map(NewKeyOptions::number).orElse(null),
          options.one(EXPIRES_IN).map(NewKeyOptions::duration).orElse(null));
    } catch (IllegalArgumentException e) {
      throw new UsageException("Wrong: " + e.getMessage() + ".");
    }
  }

  private static Role role(Options options) {
    String given = options.one(ROLE).orElseThrow(() -> new UsageException(ROLE + " is missing."));
    return Arrays.stream(Role.values())
        .filter(role -> role.toString().equals(given))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "%s %s: must be %s."
                        .formatted(
                            ROLE,
                            given,
                            Arrays.stream(Role.values())
                                .map(Role::toString)
                                .collect(Collectors.joining(", ")))));
  }

  /** All of them only where that is said: a forgotten option must not open everything. */
  private static NamespaceScope namespaces(Options options) {
    List<String> names = options.all(NAMESPACE);
    if (names.isEmpty() != options.has(ALL_NAMESPACES)) {
      throw new UsageException(
          "Say which namespaces the key is for: either %s (as often as needed) or %s."
              .formatted(NAMESPACE, ALL_NAMESPACES));
    }
    return names.isEmpty() ? NamespaceScope.ALL : NamespaceScope.of(names);
  }

  private static Double number(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw new UsageException("%s %s: must be a number.".formatted(PUSHES, text));
    }
  }

  private static Duration duration(String text) {
    // Without a unit it would be milliseconds, which nobody means.
    if (!text.matches("[0-9]{1,9}(s|m|h|d)")) {
      throw new UsageException(
          "%s %s: must be a number with its unit, such as 12h or 90d.".formatted(EXPIRES_IN, text));
    }
    return DurationStyle.SIMPLE.parse(text);
  }
}
