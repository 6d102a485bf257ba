package io.httpqueue.chaos;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What was measured over the time of a run, and whether it grew. Thread-safe.
 *
 * <p>A measure grows if the lowest value of the last third of its samples is a quarter and a small
 * amount above the highest of the middle third: what a fault does for a while, and what swings, is
 * no growth; what is not given back is.
 */
final class SoakSamples {

  /** Fewer than this tell nothing. */
  private static final int LEAST = 12;

  private static final double SHARE = 1.25;

  /** One value of one measure. */
  private record Sample(double seconds, String measure, long value) {}

  private final List<Sample> samples = new ArrayList<>();
  private final Map<String, Long> allowances = new TreeMap<>();

  /**
   * Adds a value.
   *
   * @param allowance so much more is no growth, in the measure's unit
   */
  synchronized void add(double seconds, String measure, long value, long allowance) {
    samples.add(new Sample(seconds, measure, value));
    allowances.put(measure, allowance);
  }

  /** The measures that grew, each with its figures. */
  synchronized List<String> growing() {
    List<String> growing = new ArrayList<>();
    allowances.forEach(
        (measure, allowance) -> {
          List<Long> values = values(measure);
          int third = values.size() / 3;
          if (values.size() >= LEAST) {
            long before = highest(values.subList(third, 2 * third));
            long after = lowest(values.subList(2 * third, values.size()));
            if (after > before * SHARE + allowance) {
              growing.add("%s: up to %d, then at least %d".formatted(measure, before, after));
            }
          }
        });
    return growing;
  }

  /** Writes all of them as {@code soak.csv} and {@code soak.svg}; no files if there are none. */
  synchronized void write(Path directory) throws IOException {
    if (samples.isEmpty()) {
      return;
    }
    try (BufferedWriter writer = Files.newBufferedWriter(directory.resolve("soak.csv"))) {
      writer.write("seconds,measure,value\n");
      for (Sample sample : samples) {
        writer.write(
            String.format(
                Locale.ROOT, "%.1f,%s,%d%n", sample.seconds(), sample.measure(), sample.value()));
      }
    }
    Map<String, List<SoakPlot.Point>> measures =
        samples.stream()
            .collect(
                Collectors.groupingBy(
                    Sample::measure,
                    TreeMap::new,
                    Collectors.mapping(
                        sample -> new SoakPlot.Point(sample.seconds(), sample.value()),
                        Collectors.toList())));
    Files.writeString(directory.resolve("soak.svg"), SoakPlot.svg(measures));
  }

  private List<Long> values(String measure) {
    return samples.stream()
        .filter(sample -> sample.measure().equals(measure))
        .map(Sample::value)
        .toList();
  }

  private static long highest(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).max().orElse(0);
  }

  private static long lowest(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).min().orElse(0);
  }
}
