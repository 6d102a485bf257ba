package io.httpqueue.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The load generator, in a process of its own. Thread-safe. */
public final class Generator implements AutoCloseable {

  /**
   * What is pushed, and where to.
   *
   * @param ports of the servers, which take turns
   * @param channels HTTP/2 connections to each server
   * @param events the names that events have, in turn
   * @param payloadBytes of each event
   * @param deadline of each push
   * @param keyed whether every second of the paced pushes has an idempotency key, and is repeated
   *     with it until it is accepted
   */
  public record Settings(
      List<Integer> ports,
      int channels,
      String namespace,
      List<String> events,
      int payloadBytes,
      Duration deadline,
      boolean keyed) {

    List<String> arguments() {
      String joinedPorts = ports.stream().map(String::valueOf).collect(Collectors.joining(","));
      List<String> arguments =
          List.of(
              "--ports", joinedPorts,
              "--channels", Integer.toString(channels),
              "--namespace", namespace,
              "--events", String.join(",", events),
              "--bytes", Integer.toString(payloadBytes),
              "--deadline", Long.toString(deadline.toMillis()));
      return keyed ? Stream.concat(arguments.stream(), Stream.of("--keyed")).toList() : arguments;
    }
  }

  /**
   * How far it is.
   *
   * @param accepted pushes that were answered OK since its start
   * @param failed pushes that were not
   * @param underWay callers, or paced pushes, that are not done
   */
  public record State(long accepted, long failed, int underWay) {

    public boolean isIdle() {
      return underWay == 0;
    }
  }

  private final ChildProcess process;
  private final Conversation conversation;
  private final Path ledger;

  private Generator(ChildProcess process, Path ledger) {
    this.process = process;
    this.conversation = new Conversation(process);
    this.ledger = ledger;
  }

  /** Starts the process, which waits for its orders; its files go below a directory. */
  public static Generator start(Settings settings, Path directory) {
    Path home = directory.toAbsolutePath();
    List<String> command =
        Jvm.command(
            GeneratorMain.class, List.of("-Xmx1g", "-XX:+UseSerialGC"), settings.arguments());
    return new Generator(
        ChildProcess.answering("generator", command, home, home.resolve("generator.log")),
        home.resolve("generator.ledger"));
  }

  /** Pushes so many events as fast as the callers get their answers. Returns at once. */
  public void flatOut(long events, int callers) {
    conversation.ask("flat-out " + events + " " + callers);
  }

  /** The same by streams, one on each channel, with so many events under way. Returns at once. */
  public void streams(long events, int underWay) {
    conversation.ask("streams " + events + " " + underWay);
  }

  /** Pushes so many events at a steady rate, whatever the answers. Returns at once. */
  public void paced(long events, long perSecond) {
    conversation.ask("paced " + events + " " + perSecond);
  }

  /**
   * Pushes so many chains of events beside the rest: each has an ordering key of its own, and an
   * event is pushed when the one before it in its chain was accepted. Returns at once.
   */
  public void chains(int count) {
    conversation.ask("chains " + count);
  }

  /** Gives its events only so many of their names from now on, the first ones. */
  public void keepToNames(int count) {
    conversation.ask("names " + count);
  }

  /** Begins no more pushes. */
  public void stop() {
    conversation.ask("stop");
  }

  /** How far it is. */
  public State state() {
    List<Long> numbers =
        Stream.of(conversation.ask("state").split(" ")).map(Long::valueOf).toList();
    return new State(numbers.get(0), numbers.get(1), numbers.get(2).intValue());
  }

  /** All pushes that were answered so far. */
  public Pushes pushes() {
    conversation.ask("dump " + ledger);
    return Pushes.read(ledger);
  }

  /** For the measure of its cost. */
  public ProcessTree processes() {
    return new ProcessTree(process.pid());
  }

  @Override
  public void close() {
    process.close();
  }
}
