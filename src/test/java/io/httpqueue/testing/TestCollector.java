package io.httpqueue.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An OTLP collector on a free port of 127.0.0.1 that keeps all it gets. Thread-safe. */
public final class TestCollector implements AutoCloseable {

  private final HttpServer server;
  private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
  private final Queue<Metric> metrics = new ConcurrentLinkedQueue<>();
  private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
  private final Queue<LogRecord> logs = new ConcurrentLinkedQueue<>();

  private TestCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
  }

  public static TestCollector start() {
    try {
      return new TestCollector();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where to export to. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** All that came, byte for byte, a character each. */
  public Stream<String> bodies() {
    return bodies.stream();
  }

  /** All exports of the metrics of this name. */
  public List<Metric> metrics(String name) {
    return metrics.stream().filter(metric -> metric.getName().equals(name)).toList();
  }

  /** The attributes of every point that was ever exported of the metrics of this name. */
  public List<Map<String, String>> attributes(String name) {
    return metrics(name).stream().flatMap(TestCollector::points).distinct().toList();
  }

  /** The newest value of a counter or gauge with these attributes; zero where it has none. */
  public double value(String name, Map<String, String> attributes) {
    return metrics(name).stream()
        .flatMap(metric -> numbers(metric).stream())
        .filter(point -> map(point.getAttributesList()).equals(attributes))
        .reduce((_, last) -> last)
        .map(point -> point.hasAsInt() ? point.getAsInt() : point.getAsDouble())
        .orElse(0.0);
  }

  public List<Span> spans() {
    return List.copyOf(spans);
  }

  public List<LogRecord> logs() {
    return List.copyOf(logs);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      keep(exchange.getRequestURI().getPath(), body);
      bodies.add(new String(body, ISO_8859_1));
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void keep(String path, byte[] body) throws InvalidProtocolBufferException {
    switch (path) {
      case "/v1/metrics" ->
          ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList().stream()
              .flatMap(resource -> resource.getScopeMetricsList().stream())
              .forEach(scope -> metrics.addAll(scope.getMetricsList()));
      case "/v1/traces" ->
          ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
              .flatMap(resource -> resource.getScopeSpansList().stream())
              .forEach(scope -> spans.addAll(scope.getSpansList()));
      case "/v1/logs" ->
          ExportLogsServiceRequest.parseFrom(body).getResourceLogsList().stream()
              .flatMap(resource -> resource.getScopeLogsList().stream())
              .forEach(scope -> logs.addAll(scope.getLogRecordsList()));
      default -> throw new IllegalStateException(path);
    }
  }

  private static Stream<Map<String, String>> points(Metric metric) {
    Stream<List<KeyValue>> attributes =
        switch (metric.getDataCase()) {
          case EXPONENTIAL_HISTOGRAM ->
              metric.getExponentialHistogram().getDataPointsList().stream()
                  .map(ExponentialHistogramDataPoint::getAttributesList);
          case HISTOGRAM ->
              metric.getHistogram().getDataPointsList().stream()
                  .map(HistogramDataPoint::getAttributesList);
          default -> numbers(metric).stream().map(NumberDataPoint::getAttributesList);
        };
    return attributes.map(TestCollector::map);
  }

  private static List<NumberDataPoint> numbers(Metric metric) {
    return metric.hasSum()
        ? metric.getSum().getDataPointsList()
        : metric.getGauge().getDataPointsList();
  }

  /** Attributes by their key. */
  public static Map<String, String> map(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(Collectors.toMap(KeyValue::getKey, pair -> pair.getValue().getStringValue()));
  }
}
