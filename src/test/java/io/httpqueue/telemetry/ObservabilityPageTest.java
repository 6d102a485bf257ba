package io.httpqueue.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tables of docs/observability.md; {@code -Dconfiguration-page=write} makes them anew. */
class ObservabilityPageTest {

  private static final Path PAGE = Path.of("docs/observability.md");

  @Test
  void thePageListsEverySpanMetricAndAttribute() throws IOException {
    String page = Files.readString(PAGE);
    String expected =
        replace(replace(replace(page, "spans", spans()), "metrics", metrics()), "labels", labels());
    if (System.getProperty("configuration-page", "check").equals("write")) {
      Files.writeString(PAGE, expected);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(expected);
  }

  private static String spans() {
    return "| span | kind | what it is |\n|---|---|---|\n"
        + Arrays.stream(SpanName.values())
            .map(
                span ->
                    "| `%s` | %s | %s |\n"
                        .formatted(
                            span.pattern(),
                            span.kind().name().toLowerCase(Locale.ROOT),
                            span.description()))
            .collect(Collectors.joining());
  }

  private static String metrics() {
    return "| metric | kind | unit | attributes | what it is |\n|---|---|---|---|---|\n"
        + Arrays.stream(Metric.values())
            .map(ObservabilityPageTest::row)
            .collect(Collectors.joining());
  }

  private static String row(Metric metric) {
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            metric.key(),
            metric.kind().name().toLowerCase(Locale.ROOT),
            metric.unit(),
            metric.labels().stream()
                .map(label -> "`" + label.key().getKey() + "`")
                .collect(Collectors.joining(", ")),
            metric.description());
  }

  private static String labels() {
    return "| attribute | values |\n|---|---|\n"
        + Arrays.stream(Label.values())
            .map(label -> "| `%s` | %s |\n".formatted(label.key().getKey(), label.description()))
            .collect(Collectors.joining());
  }

  private static String replace(String page, String table, String content) {
    String start = "<!-- %s -->\n".formatted(table);
    String end = "<!-- /%s -->".formatted(table);
    int from = page.indexOf(start) + start.length();
    return page.substring(0, from) + "\n" + content + "\n" + page.substring(page.indexOf(end));
  }
}
