package io.httpqueue.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An expression that people or alerts rely on.
 *
 * @param where the file and the panel or alert
 * @param query in PromQL, as it stands there
 */
record Expression(String where, String query) {

  private static final Pattern METRIC = Pattern.compile("\\b((?:httpqueue|jvm|rpc)_[a-z0-9_]+)\\b");
  private static final Pattern VARIABLE = Pattern.compile("\\$([A-Za-z_]\\w*)");
  private static final Set<String> BUILT_IN = Set.of("__rate_interval");
  private static final Pattern NO_METRICS =
      Pattern.compile("\\{[^}]*}|by \\([^)]*\\)|\"[^\"]*\"");
  private static final Pattern COMPARISON = Pattern.compile("(?s)^(.*?)\\s*[<>]=?\\s*[0-9.* ]+$");

  /** Those of the dashboards in a directory; fails where a panel lacks what a reader needs. */
  static List<Expression> ofDashboards(Path directory) {
    List<Expression> expressions = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.json")) {
      for (Path file : files) {
        JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(file));
        checkVariables(file, dashboard);
        for (JsonNode panel : dashboard.get("panels")) {
          if (!panel.get("type").asString().equals("row")) {
            expressions.addAll(ofPanel(file, panel));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return expressions;
  }

  private static List<Expression> ofPanel(Path file, JsonNode panel) {
    String where = file.getFileName() + ": " + panel.get("title").asString();
    if (panel.at("/fieldConfig/defaults/unit").asString("").isEmpty()) {
      throw new IllegalStateException(where + " has no unit");
    }
    if (panel.at("/description").asString("").isEmpty()) {
      throw new IllegalStateException(where + " has no description");
    }
    List<Expression> expressions = new ArrayList<>();
    for (JsonNode target : panel.get("targets")) {
      expressions.add(new Expression(where, target.get("expr").asString()));
    }
    return expressions;
  }

  private static void checkVariables(Path file, JsonNode dashboard) {
    String panels = dashboard.get("panels").toString();
    Set<String> defined = new TreeSet<>(BUILT_IN);
    for (JsonNode variable : dashboard.at("/templating/list")) {
      String name = variable.get("name").asString();
      defined.add(name);
      if (!panels.contains("$" + name)) {
        throw new IllegalStateException(file.getFileName() + ": nothing uses $" + name);
      }
    }
    Matcher used = VARIABLE.matcher(panels);
    while (used.find()) {
      if (!defined.contains(used.group(1))) {
        throw new IllegalStateException(file.getFileName() + ": there is no $" + used.group(1));
      }
    }
  }

  /** Those of a file of alerting rules: what is compared, not whether it is too much. */
  static List<Expression> ofAlerts(Path file) {
    List<Expression> expressions = new ArrayList<>();
    try {
      JsonNode rules =
          JsonMapper.shared().valueToTree(new Yaml().<Object>load(Files.readString(file)));
      for (JsonNode rule : rules.at("/groups/0/rules")) {
        String where = file.getFileName() + ": " + rule.get("alert").asString();
        for (String part : rule.get("expr").asString().split("\\band\\b", -1)) {
          expressions.add(new Expression(where, withoutComparison(part)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return expressions;
  }

  private static String withoutComparison(String expression) {
    String text = expression.strip();
    while (text.startsWith("(") && text.endsWith(")")) {
      text = text.substring(1, text.length() - 1).strip();
    }
    // That nothing is there cannot be asked of what is there; its metric can.
    text = text.replaceAll("^absent\\((.*)\\)$", "$1");
    Matcher comparison = COMPARISON.matcher(text);
    return comparison.matches() ? comparison.group(1) : text;
  }

  /** As Prometheus takes it, with what Grafana would fill in. */
  String filledIn() {
    return query.replace("$job", ".*").replace("$__rate_interval", "1m");
  }

  /** The names of the metrics in it. */
  Set<String> metrics() {
    Set<String> names = new TreeSet<>();
    Matcher metric = METRIC.matcher(NO_METRICS.matcher(query).replaceAll(""));
    while (metric.find()) {
      names.add(metric.group(1));
    }
    return names;
  }
}
