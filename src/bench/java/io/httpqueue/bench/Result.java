package io.httpqueue.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one scenario gave.
 *
 * @param floorMicros CPU of the floor for each delivery of this scenario
 * @param runs by label; the last one is the scenario's figures
 */
record Result(Scenario scenario, double floorMicros, Map<String, Measurement> runs) {

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  Measurement last() {
    return runs.values().stream().toList().getLast();
  }

  Measurement first() {
    return runs.values().iterator().next();
  }

  /** CPU of server and Postgres for each delivery, over the floor's. */
  double floorRatio(Measurement run) {
    return ratio(run.cpuMicrosPerDelivery().product(), floorMicros);
  }

  /** Nothing was lost, and something was delivered, in every run. */
  boolean isSound() {
    return runs.values().stream().allMatch(Measurement::isSound);
  }

  /** How the last run's healthy receivers fared against the first run's. */
  double receiptRatioToFirst() {
    return ratio(healthyP99(last()), healthyP99(first()));
  }

  /** How the last run's pushes fared against the first run's. */
  double pushRatioToFirst() {
    return ratio(last().pushCallMs().p99(), first().pushCallMs().p99());
  }

  /** The JSON object of the scenario. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("goal", scenario.goal());
    json.put("floor_ratio", floorRatio(last()));
    json.put("floor_cpu_micros_per_delivery", round(floorMicros));
    json.putAll(JSON.convertValue(last(), new TypeReference<Map<String, Object>>() {}));
    if (runs.size() > 1) {
      json.put("push_p99_ratio_to_first_run", pushRatioToFirst());
      json.put("receipt_p99_ratio_to_first_run", receiptRatioToFirst());
      json.put("runs", JSON.convertValue(runs, new TypeReference<Map<String, Object>>() {}));
    }
    return json;
  }

  static String text(Map<String, ?> all) {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all);
  }

  static double ratio(double over, double under) {
    return under == 0 ? 0 : round(over / under);
  }

  private static double healthyP99(Measurement run) {
    return List.copyOf(run.groups().values()).getFirst().pushToReceiptMs().p99();
  }

  private static double round(double exact) {
    return Math.round(exact * 100) / 100.0;
  }
}
