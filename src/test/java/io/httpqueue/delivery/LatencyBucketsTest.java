package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyBucketsTest {

  @Test
  void everyDurationIsInABucketThatIsAFifthWide() {
    LongStream.iterate(1_000_001, nanos -> nanos < 3_000_000_000_000_000L, nanos -> nanos * 21 / 20)
        .forEach(
            nanos -> {
              double millis = nanos / 1e6;
              int bucket = LatencyBuckets.of(Duration.ofNanos(nanos));
              assertThat(millis)
                  .isBetween(
                      LatencyBuckets.upperMillis(bucket - 1) * 0.9999,
                      LatencyBuckets.upperMillis(bucket) * 1.0001);
            });
    assertThat(LatencyBuckets.of(Duration.ZERO)).isZero();
    assertThat(LatencyBuckets.of(Duration.ofNanos(-5))).isZero();
  }

  @Test
  void percentilesAreTheUpperBoundOfTheirBucket() {
    Map<Integer, Long> counts = new TreeMap<>(Map.of(0, 50L, 10, 45L, 20, 5L));
    assertThat(LatencyBuckets.percentile(counts, 0.5)).isEqualTo(1);
    assertThat(LatencyBuckets.percentile(counts, 0.51)).isEqualTo(LatencyBuckets.upperMillis(10));
    assertThat(LatencyBuckets.percentile(counts, 0.95)).isEqualTo(LatencyBuckets.upperMillis(10));
    assertThat(LatencyBuckets.percentile(counts, 0.99)).isEqualTo(LatencyBuckets.upperMillis(20));
    assertThat(LatencyBuckets.percentile(Map.of(), 0.99)).isZero();
  }
}
