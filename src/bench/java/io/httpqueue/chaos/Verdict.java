package io.httpqueue.chaos;

import io.httpqueue.harness.AttemptCheck;
import io.httpqueue.harness.Ledger;
import io.httpqueue.harness.Ledger.Entry;
import io.httpqueue.harness.OrderCheck;
import io.httpqueue.harness.Pushes;
import io.httpqueue.harness.Webhooks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is left at the end of a run.
 *
 * @param rows read a minute after the last fault, or when nothing was left to do
 * @param soak without samples where none were asked for
 */
record Verdict(
    long seed,
    List<Struck> struck,
    Ledger ledger,
    Webhooks webhooks,
    int kills,
    int postgresRestarts,
    List<String> complaints,
    Rows rows,
    AttemptCheck attempts,
    SoakSamples soak) {

  /** How many promised deliveries no receiver has taken, and no server will send any more. */
  long lost() {
    return missing().count();
  }

  /** How many deliveries are not done though nothing was in their way any more. */
  long stuck() {
    return rows.unfinished().size();
  }

  private Stream<Entry> missing() {
    Set<String> unfinished =
        rows.unfinished().stream()
            .map(one -> one.eventId() + "/" + webhooks.number(one.webhookId()))
            .collect(Collectors.toSet());
    return ledger
        .missing()
        .filter(entry -> !unfinished.contains(entry.eventId() + "/" + entry.webhook()));
  }

  /** Rolling restarts alone must not repeat anything. */
  boolean repeatsAreAllowed() {
    return struck.stream().anyMatch(fault -> !fault.fault().equals("rolling"));
  }

  boolean isSound() {
    return lost() == 0
        && stuck() == 0
        && ledger.wrongIds() == 0
        && rows.acceptedTwice() == 0
        && outOfOrder() == 0
        && rows.attemptsMiscounted() == 0
        && attempts.invented() == 0
        && (repeatsAreAllowed() || attempts.unrecorded() == 0)
        && soak.growing().isEmpty()
        && complaints.isEmpty()
        && !ledger.pushes().isEmpty()
        && (repeatsAreAllowed() || ledger.duplicates() == 0);
  }

  /** Deliveries of ordered webhooks that came before one they were to wait for. */
  long outOfOrder() {
    Map<Integer, List<Entry>> chains =
        ledger
            .promised()
            .filter(entry -> entry.webhook() == Cluster.ORDERED_BY_KEY)
            .collect(Collectors.groupingBy(entry -> Pushes.chain(entry.sequence())));
    long byKey =
        chains.values().stream().mapToLong(chain -> OrderCheck.violations(chain.stream())).sum();
    return byKey
        + OrderCheck.violations(
            ledger.promised().filter(entry -> entry.webhook() == Cluster.ORDERED_AS_A_WHOLE));
  }

  /** How many deliveries of ordered webhooks were looked at. */
  long inOrder() {
    return ledger
        .promised()
        .filter(Entry::isDelivered)
        .filter(entry -> entry.webhook() >= Cluster.ORDERED_BY_KEY)
        .count();
  }

  /** The longest that a delivery to a reliable receiver waited after a fault was over. */
  double recoverySecondsMax() {
    return recoveries().stream().mapToDouble(Recovery::seconds).max().orElse(0);
  }

  /** A fault and the longest wait after it. */
  record Recovery(String fault, double seconds) {}

  List<Recovery> recoveries() {
    List<Recovery> recoveries = new ArrayList<>();
    for (int i = 0; i < struck.size(); i++) {
      Struck fault = struck.get(i);
      long next = i + 1 < struck.size() ? struck.get(i + 1).startNanos() : Long.MAX_VALUE;
      long nanos =
          reliable()
              .filter(entry -> entry.acceptedNanos() >= fault.startNanos())
              .filter(entry -> entry.acceptedNanos() < next)
              .mapToLong(
                  entry -> entry.takenNanos() - Math.max(entry.acceptedNanos(), fault.endNanos()))
              .max()
              .orElse(0);
      recoveries.add(new Recovery(fault.fault(), Math.round(Math.max(0, nanos) / 1e8) / 10.0));
    }
    return recoveries;
  }

  private Stream<Entry> reliable() {
    return ledger
        .promised()
        .filter(Entry::isDelivered)
        .filter(entry -> entry.webhook() < Cluster.RELIABLE);
  }

  /** A few of what was lost, to look for in the logs and the database. */
  List<Entry> examples() {
    return missing().sorted(Comparator.comparingLong(Entry::acceptedNanos)).limit(10).toList();
  }

  /** The file's content. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seed", seed);
    json.put("accepted", ledger.pushes().size());
    json.put("refused", ledger.refused());
    json.put("refused_with", ledger.refusedByCode());
    json.put("promised", ledger.promised().count());
    json.put("delivered", ledger.promised().filter(Entry::isDelivered).count());
    json.put("lost", lost());
    json.put("duplicates", ledger.duplicates());
    json.put("stuck", stuck());
    json.put("wrong_ids", ledger.wrongIds());
    json.put("accepted_twice", rows.acceptedTwice());
    json.put("ordered", inOrder());
    json.put("out_of_order", outOfOrder());
    json.put("unpromised", ledger.entries().stream().filter(e -> !e.isPromised()).count());
    json.put("kills", kills);
    json.put("postgres_restarts", postgresRestarts);
    json.put("recovery_seconds_max", recoverySecondsMax());
    json.put("faults", recoveries());
    json.put("deliveries_by_status", rows.byStatus());
    json.put("attempts_failed_with", rows.failedAttempts());
    json.put("attempts_miscounted", rows.attemptsMiscounted());
    json.put("attempts_recorded", attempts.recorded());
    json.put("attempts_invented", attempts.invented());
    json.put("attempts_unrecorded", attempts.unrecorded());
    json.put("growing", soak.growing());
    json.put("complaints", complaints);
    return json;
  }
}
