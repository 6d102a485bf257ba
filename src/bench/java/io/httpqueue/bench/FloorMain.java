package io.httpqueue.bench;

import io.httpqueue.harness.CommandLoop;
import io.httpqueue.harness.Logging;
import java.util.List;

/**
 * The floor's process: the same rows and the same requests as the product's, and nothing else. Its
 * commands are used by {@link Floor}.
 */
final class FloorMain {

  private FloorMain() {}

  public static void main(String[] args) throws Exception {
    Logging.warningsOnly();
    CommandLoop.run(FloorMain::answer);
  }

  private static String answer(String command, List<String> words) throws Exception {
    switch (command) {
      case "write" -> {
        try (FloorRows rows = new FloorRows(words.get(0), Integer.parseInt(words.get(2)))) {
          rows.write(Long.parseLong(words.get(1)));
        }
      }
      case "send" -> {
        try (FloorRequests requests = new FloorRequests(List.of(words.get(1).split(",")))) {
          requests.send(Long.parseLong(words.get(0)));
        }
      }
      default -> throw new IllegalArgumentException("no such command: " + command);
    }
    return "";
  }
}
