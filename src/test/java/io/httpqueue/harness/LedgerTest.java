package io.httpqueue.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

  private static final UUID WEBHOOK_0 = new UUID(7, 0);
  private static final UUID WEBHOOK_1 = new UUID(7, 1);
  private static final UUID EVENT = new UUID(1, 1);
  private static final Webhooks WEBHOOKS = new Webhooks(Map.of(WEBHOOK_0, 0, WEBHOOK_1, 1));

  @TempDir Path directory;

  private final Records pushed = new Records(Pushes.RECORD_BYTES);
  private final Records received = new Records(Receipts.RECORD_BYTES);

  @Test
  void countsAsMissingWhatAnAnswerNamedAndNoReceiverTook() throws IOException {
    push(5, EVENT, Status.Code.OK);
    receive(5, EVENT, 0, 200);
    receive(5, EVENT, 1, 500);

    Ledger ledger = ledger();

    assertThat(ledger.missing()).extracting(Ledger.Entry::webhook).containsExactly(1);
    assertThat(ledger.duplicates()).isZero();
  }

  @Test
  void countsARepeatOnlyAfterTheReceiverHadTakenIt() throws IOException {
    push(5, EVENT, Status.Code.OK);
    receive(5, EVENT, 0, 0);
    receive(5, EVENT, 0, 200);
    receive(5, EVENT, 0, 200);
    receive(5, EVENT, 1, 200);

    Ledger ledger = ledger();

    assertThat(ledger.missing()).isEmpty();
    assertThat(ledger.duplicates()).isEqualTo(1);
  }

  @Test
  void promisesNothingForAPushThatWasRefused() throws IOException {
    push(5, EVENT, Status.Code.UNAVAILABLE);
    receive(5, EVENT, 0, 200);

    Ledger ledger = ledger();

    assertThat(ledger.promised()).isEmpty();
    assertThat(ledger.refused()).isEqualTo(1);
    assertThat(ledger.entries()).hasSize(1);
  }

  @Test
  void seesAnEventThatArrivesUnderAnotherId() throws IOException {
    push(5, EVENT, Status.Code.OK);
    receive(5, new UUID(1, 2), 0, 200);

    assertThat(ledger().wrongIds()).isEqualTo(1);
  }

  @Test
  void keepsApartMoreEventsThanOnePieceOfMemoryHolds() throws IOException {
    int events = 40_000;
    for (int i = 0; i < events; i++) {
      push(i, new UUID(1, i), Status.Code.OK);
      receive(i, new UUID(1, i), 0, 200);
      if (i != 33_333) {
        receive(i, new UUID(1, i), 1, 200);
      }
    }

    Ledger ledger = ledger();

    assertThat(ledger.promised()).hasSize(2 * events);
    assertThat(ledger.missing())
        .extracting(Ledger.Entry::eventId)
        .containsExactly(new UUID(1, 33_333));
    assertThat(ledger.wrongIds()).isZero();
  }

  private void push(long sequence, UUID event, Status.Code code) {
    int index = pushed.add();
    pushed.putLong(index, Pushes.SEQUENCE, sequence);
    pushed.putUuid(index, Pushes.EVENT, event);
    pushed.putInt(index, Pushes.CODE, code.value());
  }

  private void receive(long sequence, UUID event, int webhook, int status) {
    int index = received.add();
    received.putLong(index, Receipts.SEQUENCE, sequence);
    received.putUuid(index, Receipts.EVENT, event);
    received.putInt(index, Receipts.WEBHOOK, webhook);
    received.putInt(index, Receipts.STATUS_AND_ATTEMPT, status << 16 | 1);
  }

  private Ledger ledger() throws IOException {
    Path pushes = directory.resolve("pushes");
    pushed.write(pushes);
    Files.writeString(Pushes.webhookLists(pushes), WEBHOOK_0 + "," + WEBHOOK_1);
    Path receipts = directory.resolve("receipts");
    received.write(receipts);
    Ledger ledger = new Ledger();
    ledger.promise(Pushes.read(pushes), WEBHOOKS);
    ledger.receive(Receipts.read(receipts));
    return ledger;
  }
}
