package io.httpqueue.settings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindMethod;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Finds everything that is wrong with the settings of a start. The bounds that stand at the records
 * are checked here alone: binding a record to the context does not check them again.
 */
final class SettingsCheck {

  private static final String VARIABLE_PREFIX = "HTTPQUEUE_";

  /** What clients read: often set in the same terminal. */
  private static final Set<String> OF_CLIENTS = Set.of("HTTPQUEUE_API_KEY");

  private final SettingsCatalog catalog;
  private final ConfigurableEnvironment environment;

  SettingsCheck(SettingsCatalog catalog, ConfigurableEnvironment environment) {
    this.catalog = catalog;
    this.environment = environment;
  }

  /** A line for each; empty if all is well. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    Binder binder = Binder.get(environment);
    for (Setting setting : catalog.settings()) {
      problem(setting, binder).ifPresent(problems::add);
    }
    if (problems.isEmpty()) {
      catalog.owners().forEach(owner -> problemTogether(owner, binder).ifPresent(problems::add));
    }
    unknownVariables().stream().map(this::unknownVariable).forEach(problems::add);
    unknownProperties().stream().map(SettingsCheck::unknownProperty).forEach(problems::add);
    return problems;
  }

  private static Optional<String> problem(Setting setting, Binder binder) {
    Object value;
    try {
      value = binder.bind(setting.property(), Bindable.of(setting.type())).orElse(null);
    } catch (BindException e) {
      return Optional.of(wrong(setting, text(setting, binder), e));
    }
    return Allowed.is(setting, value)
        ? Optional.empty()
        : Optional.of(line(setting, text(setting, binder), Allowed.describe(setting)));
  }

  /** What a record's own constructor has against values that are each allowed. */
  private static Optional<String> problemTogether(Class<?> owner, Binder binder) {
    try {
      binder.bind(
          owner.getAnnotation(ConfigurationProperties.class).value(),
          Bindable.of(owner).withBindMethod(BindMethod.VALUE_OBJECT));
      return Optional.empty();
    } catch (BindException e) {
      return Optional.of(rootMessage(e));
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private static String text(Setting setting, Binder binder) {
    return binder.bind(setting.property(), String.class).orElse("");
  }

  private static String wrong(Setting setting, String value, BindException e) {
    if (!setting.type().getName().startsWith("io.httpqueue.") || setting.type().isEnum()) {
      return line(setting, value, Allowed.describe(setting));
    }
    // Types of our own say themselves what they take, and do not repeat what they were given.
    return setting.variable() + " " + rootMessage(e);
  }

  private static String line(Setting setting, String value, String allowed) {
    return setting.isSecret()
        ? "%s: not allowed; allowed: %s".formatted(setting.variable(), allowed)
        : "%s=%s is not allowed; allowed: %s".formatted(setting.variable(), value, allowed);
  }

  private Set<String> unknownVariables() {
    Set<String> unknown = new TreeSet<>();
    PropertySource<?> variables =
        environment
            .getPropertySources()
            .get(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
    if (variables instanceof EnumerablePropertySource<?> enumerable) {
      for (String name : enumerable.getPropertyNames()) {
        if (name.startsWith(VARIABLE_PREFIX)
            && !OF_CLIENTS.contains(name)
            && catalog.byVariable(name).isEmpty()) {
          unknown.add(name);
        }
      }
    }
    return unknown;
  }

  private String unknownVariable(String name) {
    String nearest =
        catalog.settings().stream()
            .flatMap(
                setting ->
                    // The one by its property's name, where it has another: meant all the same.
                    Stream.of(
                        new Candidate(setting.variable(), setting.variable()),
                        new Candidate(setting.propertyVariable(), setting.variable())))
            .min(Comparator.comparingInt(candidate -> distance(name, candidate.spelled())))
            .map(Candidate::meant)
            .orElse("");
    return "%s is no setting; the nearest is %s (all: docs/configuration.md)"
        .formatted(name, nearest);
  }

  private record Candidate(String spelled, String meant) {}

  private Set<String> unknownProperties() {
    Set<String> known = new TreeSet<>();
    catalog.settings().forEach(setting -> known.add(setting.property()));
    Set<String> unknown = new TreeSet<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> enumerable) {
        for (String name : enumerable.getPropertyNames()) {
          if (name.startsWith(SettingsCatalog.PREFIX) && !known.contains(name)) {
            unknown.add(name);
          }
        }
      }
    }
    return unknown;
  }

  private static String unknownProperty(String name) {
    return "%s is no setting (all: docs/configuration.md)".formatted(name);
  }

  /** How many letters must be changed, put in or left out to make one of the other. */
  static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
