package io.httpqueue.chaos;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Draws what was sampled: a small chart for each measure, over the time of the run, as SVG. */
final class SoakPlot {

  private static final int COLUMNS = 3;
  private static final int WIDTH = 300;
  private static final int HEIGHT = 110;
  private static final int MARGIN = 24;

  private SoakPlot() {}

  /** A value at a time. */
  record Point(double seconds, long value) {}

  /** The whole picture; measures in the order given, each chart from zero to its highest value. */
  static String svg(Map<String, List<Point>> measures) {
    int rows = (measures.size() + COLUMNS - 1) / COLUMNS;
    double end =
        measures.values().stream()
            .flatMap(List::stream)
            .mapToDouble(Point::seconds)
            .max()
            .orElse(1);
    StringBuilder svg =
        new StringBuilder(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">
            <rect width="100%%" height="100%%" fill="white"/>
            """
                .formatted(COLUMNS * WIDTH, rows * HEIGHT));
    int number = 0;
    for (Map.Entry<String, List<Point>> measure : measures.entrySet()) {
      int left = number % COLUMNS * WIDTH;
      int top = number / COLUMNS * HEIGHT;
      svg.append(chart(measure.getKey(), measure.getValue(), left, top, end));
      number++;
    }
    return svg.append("</svg>\n").toString();
  }

  private static String chart(
      String name, List<Point> points, int left, int top, double secondsToEnd) {
    long highest = Math.max(1, points.stream().mapToLong(Point::value).max().orElse(1));
    int width = WIDTH - 2 * MARGIN;
    int height = HEIGHT - 2 * MARGIN;
    String line =
        points.stream()
            .map(
                point ->
                    String.format(
                        Locale.ROOT,
                        "%.0f,%.0f",
                        left + MARGIN + width * point.seconds() / secondsToEnd,
                        top + MARGIN + height * (1 - (double) point.value() / highest)))
            .collect(Collectors.joining(" "));
    return String.format(
        Locale.ROOT,
        """
        <text x="%d" y="%d">%s, highest %d, %.0f s</text>
        <path d="M%d %dv%dh%d" fill="none" stroke="silver"/>
        <polyline points="%s" fill="none" stroke="steelblue"/>
        """,
        left + MARGIN,
        top + MARGIN - 8,
        name,
        highest,
        secondsToEnd,
        left + MARGIN,
        top + MARGIN,
        height,
        width,
        line);
  }
}
