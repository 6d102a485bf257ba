package io.httpqueue.harness;

import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Every push of the generator that was answered, with a success or an error. */
public final class Pushes {

  static final int RECORD_BYTES = 48;
  static final int SEQUENCE = 0;
  static final int STARTED = 8;
  static final int ENDED = 16;
  static final int EVENT = 24;
  static final int WEBHOOKS = 40;
  static final int CODE = 44;

  /** The name of all events in chains. */
  public static final String CHAIN_EVENT = "chain.link";

  private static final long CHAIN = 1_000_000_000_000L;

  private final Records records;
  private final List<List<UUID>> webhookLists;

  private Pushes(Records records, List<List<UUID>> webhookLists) {
    this.records = records;
    this.webhookLists = webhookLists;
  }

  static Pushes read(Path file) {
    try {
      List<List<UUID>> lists =
          Files.readAllLines(webhookLists(file)).stream().map(Pushes::uuids).toList();
      return new Pushes(Records.read(file, RECORD_BYTES), lists);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file with the lists of webhooks that were named in answers, a line each. */
  static Path webhookLists(Path file) {
    return file.resolveSibling(file.getFileName() + ".webhooks");
  }

  /** The number of an event in a chain. */
  static long inChain(int chain, long position) {
    return (chain + 1) * CHAIN + position;
  }

  /** Which chain an event belongs to, from 1; 0 for none. */
  public static int chain(long sequence) {
    return (int) (sequence / CHAIN);
  }

  /** Whether the paced event of a number has an idempotency key, where some have. */
  static boolean isKeyed(long sequence) {
    return sequence % 2 == 1;
  }

  public int count() {
    return records.count();
  }

  /** The number of the event. */
  public long sequence(int index) {
    return records.getLong(index, SEQUENCE);
  }

  /** When the push began, or was due where pushes are paced. */
  public long startedNanos(int index) {
    return records.getLong(index, STARTED);
  }

  /** When the answer came. */
  public long endedNanos(int index) {
    return records.getLong(index, ENDED);
  }

  /** How it was answered. */
  public Status.Code code(int index) {
    return Status.fromCodeValue(records.getInt(index, CODE)).getCode();
  }

  public boolean isAccepted(int index) {
    return code(index) == Status.Code.OK;
  }

  /** The event's id; only of an accepted one. */
  public UUID eventId(int index) {
    return records.getUuid(index, EVENT);
  }

  /** The webhooks that the answer named; only of an accepted one. */
  public List<UUID> webhooks(int index) {
    return webhookLists.get(records.getInt(index, WEBHOOKS));
  }

  private static List<UUID> uuids(String line) {
    return Stream.of(line.split(",")).filter(id -> !id.isBlank()).map(UUID::fromString).toList();
  }
}
