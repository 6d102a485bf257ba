package io.httpqueue.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code --name value} arguments. Reading one takes it out; {@link #rejectRest} then finds those
 * that nobody knows.
 */
public final class Arguments {

  private final List<String> rest;

  public Arguments(List<String> arguments) {
    this.rest = new ArrayList<>(arguments);
  }

  /** Whether {@code --name} is there. */
  public boolean flag(String name) {
    return rest.remove("--" + name);
  }

  /** The value of {@code --name}. */
  public Optional<String> text(String name) {
    int at = rest.indexOf("--" + name);
    if (at < 0) {
      return Optional.empty();
    }
    if (at + 1 == rest.size()) {
      throw new IllegalArgumentException("--" + name + " needs a value");
    }
    rest.remove(at);
    return Optional.of(rest.remove(at));
  }

  /** The value of {@code --name} as a number of 0 or more. */
  public Optional<Long> number(String name) {
    return text(name).map(value -> number(name, value));
  }

  /** Fails if an argument is left that nobody asked for. */
  public void rejectRest() {
    if (!rest.isEmpty()) {
      throw new IllegalArgumentException("not known: " + String.join(" ", rest));
    }
  }

  private static long number(String name, String value) {
    try {
      return Long.parseUnsignedLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--" + name + " is '" + value + "'; allowed are whole numbers from 0", e);
    }
  }
}
