package io.httpqueue.harness;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The receiver's process. Its commands are the methods of {@link Receiver}. */
public final class ReceiverMain {

  private ReceiverMain() {}

  /** Arguments: {@code --ports N --webhooks N}. */
  public static void main(String[] args) throws Exception {
    Logging.warningsOnly();
    Arguments arguments = new Arguments(List.of(args));
    int ports = arguments.number("ports").orElseThrow().intValue();
    int webhooks = arguments.number("webhooks").orElseThrow().intValue();
    arguments.rejectRest();
    ReceiverLoop loop = new ReceiverLoop(ports, webhooks);
    Thread.ofPlatform().name("receiver").daemon().start(loop);
    CommandLoop.run((command, words) -> loop.inLoop(() -> answer(loop, command, words)));
  }

  private static String answer(ReceiverLoop loop, String command, List<String> words)
      throws Exception {
    return switch (command) {
      case "ports" -> loop.ports().stream().map(String::valueOf).collect(Collectors.joining(" "));
      case "behave" -> behave(loop, words);
      case "taken" -> Long.toString(loop.taken());
      case "dump" -> {
        loop.receipts().write(Path.of(words.getFirst()));
        yield Integer.toString(loop.receipts().count());
      }
      default -> throw new IllegalArgumentException("no such command: " + command);
    };
  }

  private static String behave(ReceiverLoop loop, List<String> words) {
    Behaviour behaviour = Behaviour.parse(words.subList(2, words.size()));
    for (int i = Integer.parseInt(words.get(0)); i < Integer.parseInt(words.get(1)); i++) {
      loop.behave(i, behaviour);
    }
    return "";
  }
}
