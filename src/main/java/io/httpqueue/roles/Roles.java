package io.httpqueue.roles;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parts of the work that a server takes.
 *
 * @param api whether it accepts calls; health is answered in any case
 * @param worker whether it runs jobs: fan-outs, lanes, the sweep, housekeeping
 */
public record Roles(boolean api, boolean worker) {

  /** What a server takes unless it is told otherwise. */
  public static final Roles ALL = new Roles(true, true);

  private static final String API = "api";
  private static final String WORKER = "worker";

  public Roles {
    if (!api && !worker) {
      throw wrong();
    }
  }

  /**
   * Reads {@code api,worker} in any order; Spring binds the setting through this method.
   *
   * @throws IllegalArgumentException if it names another role, or none
   */
  public static Roles from(String text) {
    Set<String> names =
        Arrays.stream(text.split(",", -1))
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    if (!Set.of(API, WORKER).containsAll(names)) {
      throw wrong();
    }
    return new Roles(names.contains(API), names.contains(WORKER));
  }

  private static IllegalArgumentException wrong() {
    return new IllegalArgumentException("is not api, worker or api,worker");
  }

  @Override
  public String toString() {
    return api && worker ? API + "," + WORKER : api ? API : WORKER;
  }
}
