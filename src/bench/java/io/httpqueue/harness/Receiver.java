package io.httpqueue.harness;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The receivers of all webhooks, in one process of their own. Webhook <i>n</i> is called at its own
 * port (the ports are shared out where there are more webhooks than ports) and the path {@code
 * /w/n}. Thread-safe.
 */
public final class Receiver implements AutoCloseable {

  private static final int MOST_PORTS = 100;

  private final ChildProcess process;
  private final Conversation conversation;
  private final Path ledger;
  private final List<Integer> ports;

  private Receiver(ChildProcess process, Path ledger) {
    this.process = process;
    this.conversation = new Conversation(process);
    this.ledger = ledger;
    this.ports = Stream.of(conversation.ask("ports").split(" ")).map(Integer::valueOf).toList();
  }

  /** Starts the process; its files go below a directory. */
  public static Receiver start(int webhooks, Path directory) {
    Path home = directory.toAbsolutePath();
    List<String> arguments =
        List.of(
            "--ports", Integer.toString(Math.min(webhooks, MOST_PORTS)),
            "--webhooks", Integer.toString(webhooks));
    List<String> command =
        Jvm.command(ReceiverMain.class, List.of("-Xmx1g", "-XX:+UseSerialGC"), arguments);
    return new Receiver(
        ChildProcess.answering("receiver", command, home, home.resolve("receiver.log")),
        home.resolve("receiver.ledger"));
  }

  /** Where a webhook is to be called. */
  public URI url(int webhook) {
    int port = ports.get(webhook % ports.size());
    return URI.create("http://127.0.0.1:%d/w/%d".formatted(port, webhook));
  }

  /** How the webhooks from {@code first} up to, not including, {@code end} are treated from now. */
  public void behave(int first, int end, Behaviour behaviour) {
    conversation.ask("behave %d %d %s".formatted(first, end, behaviour.words()));
  }

  /** How many requests were answered with 2xx so far. */
  public long taken() {
    return Long.parseLong(conversation.ask("taken"));
  }

  /** All that was received so far. */
  public Receipts receipts() {
    conversation.ask("dump " + ledger);
    return Receipts.read(ledger);
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
