package io.httpqueue.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.httpqueue.harness.FreePorts;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** With the settings of application.yaml, but for shorter intervals. */
@Isolated("All that is logged is counted.")
@ExtendWith(OutputCaptureExtension.class)
class TelemetryTest {

  private static final String AWAY = "No OTLP collector takes telemetry";
  private static final String BACK = "takes telemetry now";

  @Import(TelemetryConfiguration.class)
  @ImportAutoConfiguration(
      io.opentelemetry.instrumentation.spring.autoconfigure.OpenTelemetryAutoConfiguration.class)
  static class Application {}

  private record Request(String path, String body) {}

  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();

  @Test
  void saysOnceThatTheCollectorIsAwayAndOnceThatItIsBack(CapturedOutput output) throws Exception {
    int port = FreePorts.next();
    try (ConfigurableApplicationContext context = start(port, "1.0")) {
      OpenTelemetry telemetry = context.getBean(OpenTelemetry.class);
      telemetry.getMeter("test").counterBuilder("things").build().add(1);
      await().until(() -> output.getAll().contains(AWAY));
      Tracer tracer = telemetry.getTracer("test");
      // More than the SDK holds: what is beyond must be dropped without a word.
      IntStream.range(0, 10_000).forEach(_ -> tracer.spanBuilder("lost").startSpan().end());

      HttpServer collector = listen(port);
      await().until(() -> output.getAll().contains(BACK));
      await()
          .until(
              () -> {
                tracer.spanBuilder("kept").startSpan().end();
                return received("/v1/traces", "kept");
              });
      assertThat(received("/v1/metrics", "service.name")).isTrue();
      assertThat(received("/v1/metrics", "httpqueue")).isTrue();
      assertThat(received("/v1/metrics", "deployment.environment.name")).isTrue();

      collector.stop(0);
      await().until(() -> count(output, AWAY) == 2);
      assertThat(output.getAll().lines().filter(line -> !line.isBlank()))
          .as("all that was logged")
          .hasSize(3);
    }
  }

  @Test
  void recordsNextToNoSpansWhileNoCollectorTakesThem() throws Exception {
    int port = FreePorts.next();
    try (ConfigurableApplicationContext context = start(port, "1.0")) {
      Tracer tracer = context.getBean(OpenTelemetry.class).getTracer("test");
      await().until(() -> sampled(tracer, 1_000) < 10);

      listen(port);
      await().until(() -> sampled(tracer, 1_000) == 1_000);
    }
  }

  private static long sampled(Tracer tracer, int spans) {
    return IntStream.range(0, spans)
        .mapToObj(_ -> tracer.spanBuilder("one of many").startSpan())
        .peek(Span::end)
        .filter(span -> span.getSpanContext().isSampled())
        .count();
  }

  @Test
  void recordsTheShareOfTracesThatIsSet() throws Exception {
    int port = FreePorts.next();
    listen(port);
    try (ConfigurableApplicationContext context = start(port, "0.0")) {
      Tracer tracer = context.getBean(OpenTelemetry.class).getTracer("test");
      assertThat(tracer.spanBuilder("not sampled").startSpan().getSpanContext().isSampled())
          .isFalse();
    }
  }

  private static ConfigurableApplicationContext start(int port, String sampleRate) {
    return new SpringApplicationBuilder(Application.class)
        .run(
            "--httpqueue.telemetry.endpoint=http://127.0.0.1:" + port,
            "--httpqueue.telemetry.trace-sample-rate=" + sampleRate,
            "--otel.metric.export.interval=100",
            "--otel.bsp.schedule.delay=100");
  }

  private HttpServer listen(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          requests.add(new Request(exchange.getRequestURI().getPath(), new String(body, UTF_8)));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private boolean received(String path, String part) {
    return requests.stream()
        .anyMatch(request -> request.path().equals(path) && request.body().contains(part));
  }

  private static long count(CapturedOutput output, String part) {
    return output.getAll().lines().filter(line -> line.contains(part)).count();
  }
}
