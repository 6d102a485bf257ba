package io.httpqueue.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who is woken by an alert finds out what to do. */
class RunbookTest {

  private static final Path ALERTS = Path.of("observability/prometheus/alerts.yaml");
  private static final Path ALERT_TESTS = Path.of("observability/prometheus/alerts.test.yaml");
  private static final Path RUNBOOK = Path.of("docs/runbook.md");

  @Test
  void everyAlertHasAnEntryOfItsNameAndEveryEntryAnAlert() throws IOException {
    assertThat(
            Files.readAllLines(RUNBOOK).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3)))
        .containsExactlyInAnyOrderElementsOf(
            rules().stream().map(rule -> rule.get("alert").asString()).toList());
  }

  @Test
  void everyAlertNamesItsEntryAndHowBadItIsAndIsTested() throws IOException {
    String tests = Files.readString(ALERT_TESTS);
    for (JsonNode rule : rules()) {
      String name = rule.get("alert").asString();
      assertThat(rule.at("/annotations/runbook").asString())
          .isEqualTo("docs/runbook.md#" + name.toLowerCase(Locale.ROOT));
      assertThat(rule.at("/annotations/summary").asString()).isNotEmpty();
      assertThat(rule.at("/labels/severity").asString()).isIn("critical", "warning");
      assertThat(tests).contains("runbook: docs/runbook.md#" + name.toLowerCase(Locale.ROOT));
    }
  }

  private static List<JsonNode> rules() throws IOException {
    JsonNode file =
        JsonMapper.shared().valueToTree(new Yaml().<Object>load(Files.readString(ALERTS)));
    return file.at("/groups").valueStream().flatMap(group -> group.get("rules").valueStream()).toList();
  }
}
