package io.httpqueue.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Every state that a small machine can come to, looked at one after the other. */
final class StateSpace<S> {

  /** More are not looked at: the machine is not small. */
  private static final int MOST_STATES = 3_000_000;

  /** What can happen next. */
  record Step<S>(String what, S to) {}

  private record Arrival<S>(@Nullable S from, String by) {}

  private final Function<S, List<Step<S>>> steps;
  private final Map<S, Arrival<S>> seen = new HashMap<>();

  StateSpace(Function<S, List<Step<S>>> steps) {
    this.steps = steps;
  }

  /**
   * Looks for a bad state, the nearest first; what led to it, step by step, or empty if there is
   * none.
   */
  Optional<List<String>> find(S start, Predicate<S> bad) {
    Deque<S> next = new ArrayDeque<>(List.of(start));
    seen.put(start, new Arrival<>(null, "start"));
    while (!next.isEmpty()) {
      S state = next.remove();
      if (bad.test(state)) {
        return Optional.of(pathTo(state));
      }
      for (Step<S> step : steps.apply(state)) {
        if (seen.putIfAbsent(step.to(), new Arrival<>(state, step.what())) == null) {
          next.add(step.to());
        }
      }
      if (seen.size() > MOST_STATES) {
        throw new IllegalStateException("more than " + MOST_STATES + " states");
      }
    }
    return Optional.empty();
  }

  /** How many states were found. */
  int size() {
    return seen.size();
  }

  private List<String> pathTo(S state) {
    List<String> path = new ArrayList<>(List.of(state.toString()));
    @Nullable S at = state;
    while (at != null) {
      Arrival<S> arrival = seen.get(at);
      if (arrival == null) {
        break;
      }
      path.add(arrival.by());
      at = arrival.from();
    }
    Collections.reverse(path);
    return path;
  }
}
