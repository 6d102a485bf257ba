package io.httpqueue.bench;

import io.httpqueue.bench.MemorySampler.Memory;
import io.httpqueue.harness.Percentiles;
import java.util.List;
import java.util.Map;

/**
 * What one run gave; in JSON under the same names in snake case.
 *
 * @param events accepted in the measured time
 * @param deliveries taken by receivers in the measured time, repeats not counted
 * @param deliveriesPerSecond from the first push to the last receipt
 * @param eventsPerSecond from the first push to the last answer
 * @param lost promised by the answer to a push, and never taken by a receiver
 * @param duplicates requests for what had been taken before
 * @param refusedPushes answered with an error
 * @param wrongIds requests with another {@code webhook-id} than the push was answered with
 * @param cpuMicrosPerDelivery of each process
 * @param bytesPerDelivery growth of the database with its indexes
 * @param commitsPerDelivery transactions that wrote something
 * @param rateByTenth deliveries per second in each tenth of the deliveries, in order
 * @param deliveredBySecond deliveries in each second of the run
 */
record Measurement(
    int servers,
    long events,
    long deliveries,
    double deliveriesPerSecond,
    double eventsPerSecond,
    long lost,
    long duplicates,
    long refusedPushes,
    long wrongIds,
    Percentiles pushToReceiptMs,
    Percentiles pushCallMs,
    Cpu cpuMicrosPerDelivery,
    Memory serverMemoryMib,
    Memory postgresMemoryMib,
    double bytesPerDelivery,
    double walBytesPerDelivery,
    double commitsPerDelivery,
    List<Long> rateByTenth,
    List<Long> deliveredBySecond,
    Map<String, OfGroup> groups) {

  /** Microseconds of CPU for each delivery. */
  record Cpu(double server, double postgres, double generator, double receiver) {

    /** What the product costs. */
    double product() {
      return server + postgres;
    }
  }

  /** The part of one group of webhooks. */
  record OfGroup(long deliveries, double deliveriesPerSecond, Percentiles pushToReceiptMs) {}

  boolean isSound() {
    return lost == 0 && wrongIds == 0 && deliveries > 0;
  }
}
