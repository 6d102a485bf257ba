package io.httpqueue.bench;

import io.httpqueue.bench.MemorySampler.Memory;
import io.httpqueue.harness.Ledger;
import io.httpqueue.harness.Ledger.Entry;
import io.httpqueue.harness.Ledger.Push;
import io.httpqueue.harness.Percentiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** Makes the measurement out of what was seen. */
final class Observation {

  private static final int TENTHS = 10;

  private final Run run;
  private final Ledger ledger;
  private final long startNanos;
  private final Meters used;
  private final Memory server;
  private final Memory postgres;

  /** Of the measured time, and delivered. */
  private final List<Entry> delivered;

  Observation(
      Run run, Ledger ledger, long startNanos, Meters used, Memory server, Memory postgres) {
    this.run = run;
    this.ledger = ledger;
    this.startNanos = startNanos;
    this.used = used;
    this.server = server;
    this.postgres = postgres;
    this.delivered = ledger.entries().stream().filter(this::isMeasured).toList();
  }

  Measurement measurement() {
    long[] taken = delivered.stream().mapToLong(Entry::takenNanos).sorted().toArray();
    return new Measurement(
        run.servers(),
        pushes().size(),
        delivered.size(),
        perSecond(delivered.size(), last(LongStream.of(taken))),
        perSecond(pushes().size(), last(pushes().stream().mapToLong(Push::endedNanos))),
        ledger.missing().count(),
        ledger.duplicates(),
        ledger.refused(),
        ledger.wrongIds(),
        pushToReceipt(delivered),
        Percentiles.ofNanos(pushes().stream().mapToLong(Push::nanos)),
        new Measurement.Cpu(
            each(used.serverCpuMicros()),
            each(used.postgresCpuMicros()),
            each(used.generatorCpuMicros()),
            each(used.receiverCpuMicros())),
        server,
        postgres,
        each(used.database().databaseBytes()),
        each(used.database().walBytes()),
        each(used.database().commits()),
        rateByTenth(taken),
        bySecond(taken),
        groups());
  }

  private boolean isMeasured(Entry entry) {
    return entry.isDelivered() && entry.takenNanos() >= startNanos;
  }

  private List<Push> pushes() {
    return ledger.pushes().stream().filter(push -> push.startedNanos() >= startNanos).toList();
  }

  private Map<String, Measurement.OfGroup> groups() {
    Map<String, Measurement.OfGroup> groups = new LinkedHashMap<>();
    for (Group group : run.groups()) {
      List<Entry> own =
          delivered.stream().filter(entry -> run.group(entry.webhook()).equals(group)).toList();
      double rate = perSecond(own.size(), last(own.stream().mapToLong(Entry::takenNanos)));
      groups.put(group.name(), new Measurement.OfGroup(own.size(), rate, pushToReceipt(own)));
    }
    return groups;
  }

  private static Percentiles pushToReceipt(List<Entry> entries) {
    return Percentiles.ofNanos(
        entries.stream()
            .filter(entry -> entry.pushedNanos() > 0)
            .mapToLong(entry -> entry.arrivedNanos() - entry.pushedNanos()));
  }

  private List<Long> rateByTenth(long[] taken) {
    List<Long> rates = new ArrayList<>();
    long begin = startNanos;
    for (int tenth = 1; taken.length >= TENTHS && tenth <= TENTHS; tenth++) {
      int first = (int) ((long) taken.length * (tenth - 1) / TENTHS);
      int end = (int) ((long) taken.length * tenth / TENTHS);
      rates.add(Math.round((end - first) / seconds(taken[end - 1] - begin)));
      begin = taken[end - 1];
    }
    return rates;
  }

  private List<Long> bySecond(long[] taken) {
    Long[] counts = new Long[(int) seconds(last(LongStream.of(taken)) - startNanos) + 1];
    Arrays.fill(counts, 0L);
    for (long nanos : taken) {
      counts[(int) seconds(nanos - startNanos)]++;
    }
    return List.of(counts);
  }

  private long last(LongStream nanos) {
    return nanos.max().orElse(startNanos);
  }

  private double perSecond(long count, long endNanos) {
    return endNanos == startNanos ? 0 : round(count / seconds(endNanos - startNanos));
  }

  private double each(long whole) {
    return delivered.isEmpty() ? 0 : round((double) whole / delivered.size());
  }

  private static double seconds(long nanos) {
    return (double) nanos / TimeUnit.SECONDS.toNanos(1);
  }

  private static double round(double exact) {
    return Math.round(exact * 100) / 100.0;
  }
}
