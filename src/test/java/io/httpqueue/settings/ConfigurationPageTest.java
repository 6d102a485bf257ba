package io.httpqueue.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code docs/configuration.md} to the code. To write the page anew: {@code ./mvnw test
 * -Dtest=ConfigurationPageTest -Dconfiguration-page=write}.
 */
class ConfigurationPageTest {

  private static final Path PAGE = Path.of("docs/configuration.md");
  private static final Path YAML = Path.of("src/main/resources", SettingsCatalog.YAML);

  private static final String HEAD =
      """
      # Configuration

      Every setting is an environment variable, and all are checked at the start: one line for each that is wrong, then
      HTTPQueue ends with exit code 1. An unknown `HTTPQUEUE_…` name is refused, too.

      A duration is a number with its unit: `250ms`, `5s`, `10m`, `72h`, `30d`. So is a size: `64KB`, `4MB`, `1GB`.
      The same can be given as an argument by the name it has in
      [application.yaml](../src/main/resources/application.yaml): `--httpqueue.database.connections=20`.

      `ConfigurationPageTest` makes this page from the code, and fails where the two differ.
      """;

  @Test
  void thePageListsEverySettingAsItIs() throws IOException {
    String page = page();
    if ("write".equals(System.getProperty("configuration-page"))) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private static String page() throws IOException {
    Map<String, Setting> settings =
        SettingsCatalog.find().settings().stream()
            .collect(Collectors.toMap(Setting::property, Function.identity()));
    StringBuilder page = new StringBuilder(HEAD);
    String section = "";
    for (Map.Entry<String, String> documented : meanings().entrySet()) {
      Setting setting = settings.remove(documented.getKey());
      Objects.requireNonNull(setting, documented.getKey());
      assertThat(documented.getValue()).as(documented.getKey()).isNotBlank();
      String newSection = documented.getKey().split("\\.", -1)[1];
      if (!newSection.equals(section)) {
        section = newSection;
        page.append("\n## %s\n\n".formatted(section))
            .append("| variable | default | allowed | meaning |\n|---|---|---|---|\n");
      }
      page.append(row(setting, documented.getValue()));
    }
    assertThat(settings).as("not in application.yaml").isEmpty();
    return page.toString();
  }

  private static String row(Setting setting, String meaning) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            setting.variable(),
            setting.defaultValue().isEmpty() ? "not set" : "`" + setting.defaultValue() + "`",
            Allowed.describe(setting),
            meaning.replace("|", "\\|"));
  }

  /** The comment above each property below {@code httpqueue}, in the order of the file. */
  private static Map<String, String> meanings() throws IOException {
    Map<String, String> meanings = new LinkedHashMap<>();
    List<String> path = new ArrayList<>();
    List<String> comment = new ArrayList<>();
    for (String line : Files.readAllLines(YAML, UTF_8)) {
      String text = line.strip();
      if (text.startsWith("#")) {
        comment.add(text.substring(1).strip());
      } else if (!text.isEmpty()) {
        int colon = text.indexOf(':');
        int depth = (line.length() - line.stripLeading().length()) / 2;
        path = new ArrayList<>(path.subList(0, depth));
        path.add(text.substring(0, colon));
        if (path.getFirst().equals("httpqueue") && colon < text.length() - 1) {
          meanings.put(String.join(".", path), String.join(" ", comment));
        }
        comment.clear();
      }
    }
    return meanings;
  }
}
