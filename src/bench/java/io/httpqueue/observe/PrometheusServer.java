package io.httpqueue.observe;

import io.httpqueue.harness.Await;
import io.httpqueue.harness.ChildProcess;
import io.httpqueue.harness.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Prometheus of our own that scrapes one server every second. */
final class PrometheusServer implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(100);

  private final ChildProcess process;
  private final URI address;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * @param target the host and port of what is scraped
   * @param directory for its data and its log
   */
  PrometheusServer(String target, Path directory) {
    int port = FreePorts.next();
    address = URI.create("http://127.0.0.1:" + port);
    Path configuration = directory.toAbsolutePath().resolve("prometheus.yaml");
    write(
        configuration,
        """
        global: {scrape_interval: 1s, scrape_timeout: 1s}
        scrape_configs:
          - job_name: httpqueue
            static_configs: [{targets: ["%s"]}]
        """
            .formatted(target));
    process =
        ChildProcess.logging(
            "prometheus",
            List.of(
                "prometheus",
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + directory.toAbsolutePath().resolve("prometheus"),
                "--web.listen-address=127.0.0.1:" + port,
                "--enable-feature=native-histograms,exemplar-storage"),
            Map.of(),
            directory,
            directory.toAbsolutePath().resolve("prometheus.log"));
    if (!Await.until(START_LIMIT, POLL, this::isReady)) {
      throw new IllegalStateException("Prometheus did not start; see its log in " + directory);
    }
  }

  /** How many series an expression finds now that are numbers. */
  int series(String query) {
    JsonNode answer =
        get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    int numbers = 0;
    for (JsonNode series : answer.at("/data/result")) {
      boolean isNumber = !series.at("/value/1").asString("NaN").equals("NaN");
      // A native histogram itself has no single value.
      if (isNumber || series.has("histogram")) {
        numbers++;
      }
    }
    return numbers;
  }

  /** The names of all that it has. */
  Set<String> metrics() {
    Set<String> names = new TreeSet<>();
    get("/api/v1/label/__name__/values").get("data").forEach(name -> names.add(name.asString()));
    return names;
  }

  /** How many exemplars a metric has. */
  int exemplars(String query) {
    return get("/api/v1/query_exemplars?start=0&end=9999999999&query="
            + URLEncoder.encode(query, StandardCharsets.UTF_8))
        .at("/data")
        .size();
  }

  private boolean isReady() {
    try {
      return send("/-/ready").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private JsonNode get(String path) {
    HttpResponse<String> answer = send(path);
    JsonNode body = JsonMapper.shared().readTree(answer.body());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(body.path("error").asString(answer.body()));
    }
    return body;
  }

  private HttpResponse<String> send(String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(10)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
