package io.httpqueue.harness;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether events of one order arrived in it: where the push of one began after another had been
 * accepted, its first request must come after the one with which the other was delivered.
 */
public final class OrderCheck {

  private OrderCheck() {}

  /** How many arrived before one that they were to wait for, of deliveries in one order. */
  public static long violations(Stream<Ledger.Entry> promised) {
    List<Ledger.Entry> byPush =
        promised
            .filter(Ledger.Entry::isDelivered)
            .sorted(Comparator.comparingLong(Ledger.Entry::pushedNanos))
            .toList();
    List<Ledger.Entry> byAnswer = new ArrayList<>(byPush);
    byAnswer.sort(Comparator.comparingLong(Ledger.Entry::acceptedNanos));
    long violations = 0;
    long lastTaken = Long.MIN_VALUE;
    int before = 0;
    for (Ledger.Entry entry : byPush) {
      while (before < byAnswer.size()
          && byAnswer.get(before).acceptedNanos() < entry.pushedNanos()) {
        lastTaken = Math.max(lastTaken, byAnswer.get(before++).takenNanos());
      }
      if (entry.arrivedNanos() < lastTaken) {
        violations++;
      }
    }
    return violations;
  }
}
