package io.httpqueue.outbound;

import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A sender alone in a JVM: sends to all URLs at once, several times to each, and prints a line for
 * each attempt: its URL, what came of it, and the milliseconds it took.
 */
final class SendingProgram {

  private SendingProgram() {}

  public static void main(String[] arguments) throws Exception {
    Duration timeout = Duration.ofMillis(Long.parseLong(arguments[0]));
    int each = Integer.parseInt(arguments[1]);
    try (HttpSender sender = Senders.LOCAL.start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> lines = new ArrayList<>();
      for (int i = 2; i < arguments.length; i++) {
        URI url = URI.create(arguments[i]);
        for (int n = 0; n < each; n++) {
          lines.add(threads.submit(() -> line(url, sender.send(request(url, timeout)))));
        }
      }
      for (Future<String> line : lines) {
        System.out.println(line.get());
      }
    }
  }

  private static OutboundRequest request(URI url, Duration timeout) {
    return new OutboundRequest(url, Map.of(), new byte[1_000], timeout);
  }

  private static String line(URI url, SendResult result) {
    String outcome =
        switch (result) {
          case Answered answer -> Integer.toString(answer.status());
          case NotAnswered none -> none.failure().toString();
        };
    return "%s %s %d".formatted(url, outcome, result.duration().toMillis());
  }
}
