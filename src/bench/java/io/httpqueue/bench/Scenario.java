package io.httpqueue.bench;

import java.util.List;

/**
 * What is measured under one name.
 *
 * @param goal for people
 * @param runs the last one is the result; the first is what it is compared with, if there are more
 */
record Scenario(String name, String goal, List<Run> runs) {

  Scenario {
    runs = List.copyOf(runs);
  }
}
