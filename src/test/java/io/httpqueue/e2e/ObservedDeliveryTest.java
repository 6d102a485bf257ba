package io.httpqueue.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.telemetry.Metric;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a collector gets of a delivery that fails once and then arrives. */
class ObservedDeliveryTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  /** Only there once it has something to tell, or only for a webhook that is behind. */
  private static final Set<Metric> NOT_ALWAYS = Set.of(Metric.WEBHOOK_OLDEST_DUE_AGE);

  private record Export(String path, String body) {}

  private final Queue<Export> exports = new ConcurrentLinkedQueue<>();
  private final TestDatabase database = TestPostgres.freshDatabase();
  private final ScriptedReceiver receiver = ScriptedReceiver.start();
  private HttpServer collector;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          exports.add(new Export(exchange.getRequestURI().getPath(), new String(body, ISO_8859_1)));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    server =
        TestServer.start(
            database,
            "otel.sdk.disabled=false",
            "httpqueue.telemetry.endpoint=http://127.0.0.1:" + collector.getAddress().getPort(),
            "otel.metric.export.interval=500",
            "otel.bsp.schedule.delay=100");
  }

  @AfterEach
  void stop() {
    server.close();
    collector.stop(0);
    receiver.close();
    database.close();
  }

  @Test
  void oneTraceLeadsFromTheCallerToTheReceiverAndEveryMetricIsExported() {
    receiver.answer("/hook", Answer.status(500), Answer.status(200));
    server
        .client()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace("shop")
                .addEvents("*")
                .setUrl(receiver.url("/hook").toString())
                .build());
    Metadata headers = new Metadata();
    headers.put(TRACEPARENT, "00-" + TRACE + "-00f067aa0ba902b7-01");
    server
        .client()
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace("shop")
                .setEvent("order.created")
                .setPayload("{}")
                .build());

    await().atMost(20, SECONDS).until(() -> receiver.requestsTo("/hook").size() == 2);
    assertThat(receiver.requestsTo("/hook"))
        .extracting(request -> request.header("traceparent"))
        .allSatisfy(traceparent -> assertThat(traceparent).startsWith("00-" + TRACE + "-"))
        .doesNotHaveDuplicates();
    for (String span :
        Set.of("publish shop", "INSERT event", "fan_out shop", "POST", "PushEvent")) {
      await().atMost(20, SECONDS).until(() -> isExported("/v1/traces", span));
    }
    for (Metric metric : Metric.values()) {
      if (!NOT_ALWAYS.contains(metric)) {
        await(metric.key())
            .atMost(40, SECONDS)
            .until(() -> isExported("/v1/metrics", metric.key()));
      }
    }
    assertThat(
            isExported("/v1/metrics", "rpc.server.call.duration")
                || isExported("/v1/metrics", "rpc.server.duration"))
        .isTrue();
  }

  private boolean isExported(String path, String text) {
    return exports.stream()
        .anyMatch(export -> export.path().equals(path) && export.body().contains(text));
  }
}
