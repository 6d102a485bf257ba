package io.httpqueue.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.HostileReceiver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * All kinds of hostile receivers at once, against a sender in a JVM of its own with a small heap,
 * which ends at the first allocation that fails.
 */
@Timeout(120)
class HostileReceiversTogetherTest {

  private static final int EACH = 12;
  private static final long TIMEOUT_MILLIS = 2_000;
  // Threads of a busy machine come late.
  private static final long LATE_MILLIS = 20_000;

  @Test
  void eachAttemptEndsInItsTimeWithinAFixedAmountOfMemory() throws Exception {
    Map<Hostility, HostileReceiver> receivers = new EnumMap<>(Hostility.class);
    AtomicInteger diverted = new AtomicInteger();
    try (HostileReceiver trap =
        HostileReceiver.start((connection, self) -> diverted.incrementAndGet())) {
      for (Hostility hostility : Hostility.values()) {
        receivers.put(hostility, hostility.start());
      }

      List<String> lines = run(receivers.values(), trap.port());

      Map<String, List<String>> byUrl = new HashMap<>();
      for (String line : lines) {
        byUrl.computeIfAbsent(line.split(" ", -1)[0], _ -> new ArrayList<>()).add(line);
      }
      for (Hostility hostility : Hostility.values()) {
        HostileReceiver receiver = Objects.requireNonNull(receivers.get(hostility));
        assertThat(byUrl.get(receiver.url().toString()))
            .as(hostility.name())
            .hasSize(EACH)
            // On a busy machine any of them may run out of time; which failure it is otherwise,
            // HostileReceiverTest holds.
            .allSatisfy(
                line -> assertThat(line.split(" ", -1)[1]).isIn(hostility.outcome(), "TIMEOUT"))
            .allSatisfy(
                line ->
                    assertThat(Long.parseLong(line.split(" ", -1)[2]))
                        .isLessThan(TIMEOUT_MILLIS + LATE_MILLIS));
      }
      // Nothing went by the proxies that variables and properties name.
      assertThat(diverted).hasValue(0);
    } finally {
      receivers.values().forEach(HostileReceiver::close);
    }
  }

  private static List<String> run(Iterable<HostileReceiver> receivers, int proxy)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx48m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+UseSerialGC",
            "-Djava.net.useSystemProxies=true",
            "-Dhttp.proxyHost=127.0.0.1",
            "-Dhttp.proxyPort=" + proxy,
            "-Dhttp.nonProxyHosts=",
            "-DsocksProxyHost=127.0.0.1",
            "-DsocksProxyPort=" + proxy,
            "-cp",
            System.getProperty("java.class.path"),
            SendingProgram.class.getName(),
            Long.toString(TIMEOUT_MILLIS),
            Integer.toString(EACH)));
    receivers.forEach(receiver -> command.add(receiver.url().toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    String url = "http://127.0.0.1:" + proxy;
    for (String name : List.of("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy")) {
      builder.environment().put(name, url);
    }
    builder.environment().put("no_proxy", "");
    Process sender = builder.start();
    List<String> lines = sender.inputReader(UTF_8).lines().toList();
    assertThat(sender.waitFor()).as(String.join("\n", lines)).isZero();
    return lines.stream().filter(line -> line.startsWith("http://")).toList();
  }
}
