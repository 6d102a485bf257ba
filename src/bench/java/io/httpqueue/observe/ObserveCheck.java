package io.httpqueue.observe;

import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RetryPolicy;
import io.httpqueue.harness.Arguments;
import io.httpqueue.harness.Await;
import io.httpqueue.harness.Behaviour;
import io.httpqueue.harness.Cleanup;
import io.httpqueue.harness.CollectorSink;
import io.httpqueue.harness.FreePorts;
import io.httpqueue.harness.Generator;
import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.HttpQueueServer.Launch;
import io.httpqueue.harness.Jvm;
import io.httpqueue.harness.PostgresServer;
import io.httpqueue.harness.Receiver;
import io.httpqueue.harness.Webhooks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Runs a server under load with receivers that fail in every way, lets a Prometheus scrape it, and
 * asks whether each expression of the dashboards and alerts finds something.
 */
public final class ObserveCheck {

  private static final Path OBSERVABILITY = Path.of("observability");
  private static final String DATABASE = "observe";
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration DATA_LIMIT = Duration.ofMinutes(1);
  private static final String END_TO_END = "httpqueue_delivery_end_to_end_duration_seconds";
  private static final Duration POLL = Duration.ofSeconds(1);

  /** One of each: what a webhook's receiver does, in the order of the webhooks. */
  private static final List<Behaviour> BEHAVIOURS =
      List.of(
          Behaviour.ok(),
          Behaviour.ok(),
          new Behaviour.Answer(500, Duration.ZERO),
          new Behaviour.Answer(429, Duration.ZERO),
          new Behaviour.Answer(410, Duration.ZERO),
          new Behaviour.Answer(301, Duration.ZERO),
          new Behaviour.Hang(),
          new Behaviour.Reset());

  private ObserveCheck() {}

  /**
   * Ends with exit code 1 if an expression finds nothing.
   *
   * @param args {@code --jar} the server's, {@code --directory} for logs and data
   */
  public static void main(String[] args) {
    Arguments arguments = new Arguments(List.of(args));
    Path jar = Path.of(arguments.text("jar").orElse("target/httpqueue.jar"));
    Path directory = Path.of(arguments.text("directory").orElse("target/observe"));
    arguments.rejectRest();
    try (Cleanup cleanup = new Cleanup()) {
      List<String> missing = check(jar.toAbsolutePath(), directory, cleanup);
      missing.forEach(System.out::println);
      System.out.println(missing.isEmpty() ? "all is there" : missing.size() + " are wrong");
      if (!missing.isEmpty()) {
        cleanup.close();
        System.exit(1);
      }
    }
  }

  private static List<String> check(Path jar, Path directory, Cleanup cleanup) {
    List<Expression> expressions = new ArrayList<>();
    expressions.addAll(Expression.ofDashboards(OBSERVABILITY.resolve("grafana/dashboards")));
    expressions.addAll(Expression.ofAlerts(OBSERVABILITY.resolve("prometheus/alerts.yaml")));

    PostgresServer postgres =
        cleanup.add(
            PostgresServer.create(Path.of("target", "postgres"), directory.resolve("postgres")));
    postgres.createDatabase(DATABASE);
    int management = FreePorts.next();
    // Without one no spans are made, and no exemplar leads to a trace.
    CollectorSink collector = cleanup.add(new CollectorSink());
    HttpQueueServer server =
        cleanup.add(server(jar, directory, postgres, management, collector.endpoint()));
    server.awaitServing(START_LIMIT);
    Receiver receiver = cleanup.add(Receiver.start(BEHAVIOURS.size(), directory));
    for (int i = 0; i < BEHAVIOURS.size(); i++) {
      receiver.behave(i, i + 1, BEHAVIOURS.get(i));
      server.client().registerWebhook(webhook(receiver, i));
    }
    PrometheusServer prometheus =
        cleanup.add(new PrometheusServer("127.0.0.1:" + management, directory));
    Generator generator = cleanup.add(Generator.start(pushes(server), directory));
    generator.paced(20_000, 100);
    List<String> wrong = missing(expressions, prometheus);
    Set<String> known = prometheus.metrics();
    for (Expression expression : expressions) {
      expression.metrics().stream()
          .filter(metric -> !known.contains(metric))
          .forEach(metric -> wrong.add("UNKNOWN  " + expression.where() + "   " + metric));
    }
    System.out.println(expressions.size() + " expressions, " + known.size() + " metrics");
    return wrong;
  }

  /** What finds nothing even after a while. */
  private static List<String> missing(List<Expression> expressions, PrometheusServer prometheus) {
    Set<Expression> left = new LinkedHashSet<>(expressions);
    Await.until(
        DATA_LIMIT,
        POLL,
        () -> {
          left.removeIf(expression -> prometheus.series(expression.filledIn()) > 0);
          return left.isEmpty();
        });
    List<String> lines =
        new ArrayList<>(
            left.stream().map(e -> "NO DATA  " + e.where() + "   " + e.query()).toList());
    if (!Await.until(DATA_LIMIT, POLL, () -> prometheus.exemplars(END_TO_END) > 0)) {
      lines.add("NO EXEMPLAR leads from the end-to-end graph to a trace");
    }
    return lines;
  }

  private static HttpQueueServer server(
      Path jar, Path directory, PostgresServer postgres, int management, String collector) {
    Map<String, String> settings =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT", collector,
            "HTTPQUEUE_MANAGEMENT_PORT", Integer.toString(management),
            "HTTPQUEUE_MANAGEMENT_ADDRESS", "127.0.0.1",
            // A full queue is to be seen, too.
            "HTTPQUEUE_INTAKE_QUEUE_EVENTS", "10000",
            "HTTPQUEUE_RETRY_FIRST_DELAY", "200ms",
            "HTTPQUEUE_RETRY_FACTOR", "1.5",
            "HTTPQUEUE_RETRY_MAX_DELAY", "2s");
    Launch launch = new Launch(Jvm.jar(jar.toString(), List.of("-Xmx512m")), settings);
    return new HttpQueueServer("server", launch, postgres.url(DATABASE), directory);
  }

  private static RegisterWebhookRequest webhook(Receiver receiver, int number) {
    return RegisterWebhookRequest.newBuilder()
        .setNamespace(Webhooks.NAMESPACE)
        .addEvents("*")
        .setUrl(receiver.url(number).toString())
        .setTimeout(1)
        .setRetryPolicy(RetryPolicy.newBuilder().setMaxAttempts(3))
        // Fails on every event, for the count of those.
        .setFilter(number == 1 ? "payload.no_such_field == 1 || true" : "")
        .build();
  }

  private static Generator.Settings pushes(HttpQueueServer server) {
    return new Generator.Settings(
        List.of(server.port()),
        1,
        Webhooks.NAMESPACE,
        Stream.of("order.created", "order.paid").toList(),
        256,
        Duration.ofSeconds(10),
        false);
  }
}
