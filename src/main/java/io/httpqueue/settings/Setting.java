package io.httpqueue.settings;

import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One setting, as a component of a settings record.
 *
 * @param property its name in {@code application.yaml}
 * @param variable the environment variable that sets it
 * @param defaultValue as it stands in {@code application.yaml}; may be empty
 */
record Setting(
    String property,
    String variable,
    String defaultValue,
    Class<?> owner,
    RecordComponent component) {

  private static final Pattern VARIABLE_WITH_DEFAULT = Pattern.compile("\\$\\{([A-Z0-9_]+):(.*)}");
  private static final Pattern SECRET =
      Pattern.compile("secret|password|token|(^|[.-])keys?$", Pattern.CASE_INSENSITIVE);

  /**
   * @param yaml what stands in {@code application.yaml}: the default, or the variable that sets it
   *     with the default
   */
  static Setting of(String property, String yaml, Class<?> owner, RecordComponent component) {
    Matcher named = VARIABLE_WITH_DEFAULT.matcher(yaml);
    return named.matches()
        ? new Setting(property, named.group(1), named.group(2), owner, component)
        : new Setting(property, variableOf(property), yaml, owner, component);
  }

  /** {@code httpqueue.fan-out.turn}: {@code HTTPQUEUE_FAN_OUT_TURN}. */
  private static String variableOf(String property) {
    return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The variable it would have if it had not one of its own. */
  String propertyVariable() {
    return variableOf(property);
  }

  Class<?> type() {
    return component.getType();
  }

  /** Whether its value must not be shown. Types of our own hold what is no plain value. */
  boolean isSecret() {
    return (type().getName().startsWith("io.httpqueue.") && !type().isEnum())
        || SECRET.matcher(property).find();
  }
}
