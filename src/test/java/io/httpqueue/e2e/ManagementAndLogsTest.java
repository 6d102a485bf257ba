package io.httpqueue.e2e;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.httpqueue.access.ApiKeys;
import io.httpqueue.access.NamespaceScope;
import io.httpqueue.access.NewApiKey;
import io.httpqueue.access.Role;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RetryPolicy;
import io.httpqueue.api.v1.WebhookServiceGrpc.WebhookServiceBlockingStub;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestCollector;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a server in production tells on its management port and in its logs, and what it never does. */
@ExtendWith(OutputCaptureExtension.class)
class ManagementAndLogsTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String ENCRYPTION_KEY =
      Base64.getEncoder().encodeToString("an-encryption-key-of-32-bytes-!!".getBytes(StandardCharsets.US_ASCII));

  private static final int port = TestServer.freePort();
  private static final TestCollector collector = TestCollector.start();
  private static final ScriptedReceiver receiver = ScriptedReceiver.start();
  private static final HttpClient http = HttpClient.newHttpClient();
  private static TestDatabase database;
  private static TestServer server;
  private static String key;

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    server =
        TestServer.start(
            database,
            "otel.sdk.disabled=false",
            "httpqueue.telemetry.endpoint=" + collector.endpoint(),
            "httpqueue.telemetry.environment=production",
            "httpqueue.telemetry.logs=true",
            "httpqueue.encryption.keys=main:" + ENCRYPTION_KEY,
            "httpqueue.access.authentication=required",
            "httpqueue.management.port=" + port,
            "httpqueue.management.address=127.0.0.1",
            // More than anybody would turn on: what is secret is not there either.
            "httpqueue.log.level=debug",
            "otel.metric.export.interval=300",
            "otel.bsp.schedule.delay=100",
            "otel.blrp.schedule.delay=100");
    key =
        server
            .part(ApiKeys.class)
            .create(new NewApiKey("", Role.ADMIN, NamespaceScope.ALL, null, null))
            .text();
  }

  @AfterAll
  static void stop() {
    server.close();
    receiver.close();
    collector.close();
    database.close();
  }

  private static WebhookServiceBlockingStub client() {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
    headers.put(
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
        "00-" + TRACE + "-00f067aa0ba902b7-01");
    return server
        .client()
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static HttpResponse<String> get(String host, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://%s:%d%s".formatted(host, port, path)));
    try {
      return http.send(
          (headers.length == 0 ? request : request.headers(headers)).build(),
          BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theManagementPortAnswersProbesAndScrapesOnItsAddressAlone() {
    assertThat(get("127.0.0.1", "/health/live").statusCode()).isEqualTo(200);
    assertThat(get("127.0.0.1", "/health/ready").statusCode()).isEqualTo(200);
    assertThat(get("127.0.0.1", "/metrics").body())
        .contains("# TYPE httpqueue_deliveries_ended_total counter", "httpqueue_database_up{", "jvm_memory_used_bytes{");
    for (String path : List.of("/", "/health", "/health/live/x", "/metricsx", "/metrics/x", "/env")) {
      assertThat(get("127.0.0.1", path).statusCode()).as(path).isEqualTo(404);
    }
    assertThatThrownBy(() -> get("127.0.0.2", "/health/live"))
        .hasCauseInstanceOf(ConnectException.class);
  }

  @Test
  void aPrometheusThatAsksForProtobufGetsNativeHistograms() {
    HttpResponse<String> scraped =
        get(
            "127.0.0.1",
            "/metrics",
            "Accept",
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited");
    assertThat(scraped.statusCode()).isEqualTo(200);
    assertThat(scraped.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/vnd.google.protobuf");
    assertThat(scraped.body()).contains("httpqueue_lanes_active");
  }

  @Test
  void aDeliveryThatEndsBadlyHasALineInItsTraceAndNothingTellsWhatWasSent(CapturedOutput output) {
    receiver.answer("/path-of-hers", Answer.status(500).withBody("answer-of-hers"));
    String secret =
        client()
            .registerWebhook(
                RegisterWebhookRequest.newBuilder()
                    .setNamespace("shop")
                    .addEvents("*")
                    .setUrl(receiver.url("/path-of-hers?token=query-of-hers").toString())
                    .putHeaders("X-Token", "header-of-hers")
                    .setRetryPolicy(RetryPolicy.newBuilder().setMaxAttempts(1))
                    .build())
            .getSecret();
    client()
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace("shop")
                .setEvent("order.created")
                .setPayload("{\"note\": \"payload-of-hers\"}")
                .setIdempotencyKey("idempotency-of-hers")
                .build());

    await().atMost(20, SECONDS).until(() -> badEnd(output).isPresent());
    JsonNode line = badEnd(output).orElseThrow();
    assertThat(line.toString()).contains(TRACE);
    assertThat(line.at("/log/level").asString()).isEqualTo("WARN");
    await()
        .atMost(20, SECONDS)
        .until(
            () ->
                collector.logs().stream()
                    .anyMatch(
                        record ->
                            record.getBody().getStringValue().contains("ended FAILED")
                                && HexFormat.of().formatHex(record.getTraceId().toByteArray()).equals(TRACE)));
    await()
        .atMost(20, SECONDS)
        .until(
            () ->
                collector.spans().stream().anyMatch(span -> span.getName().equals("POST"))
                    && !collector.attributes("httpqueue.delivery.attempt.duration").isEmpty());

    List<String> told =
        Stream.of(
                collector.bodies(),
                Stream.of(output.getAll()),
                Stream.of(get("127.0.0.1", "/metrics").body()))
            .flatMap(each -> each)
            .toList();
    assertThat(String.join("\n", told)).contains("shop", "ended FAILED");
    for (String hidden :
        List.of(
            "payload-of-hers",
            "answer-of-hers",
            "header-of-hers",
            "path-of-hers",
            "query-of-hers",
            "idempotency-of-hers",
            // With which settings may have been given, secrets among them.
            "command_line",
            "command.line",
            "command_args",
            secret,
            key,
            ENCRYPTION_KEY)) {
      assertThat(told).as(hidden).noneMatch(text -> text.contains(hidden));
      String coded = Base64.getEncoder().encodeToString(hidden.getBytes(StandardCharsets.UTF_8));
      assertThat(told).as(hidden).noneMatch(text -> text.contains(coded.substring(0, coded.length() - 4)));
    }
  }

  /** The line of the delivery, of all that are one JSON object each. */
  private static Optional<JsonNode> badEnd(CapturedOutput output) {
    return output
        .getAll()
        .lines()
        .filter(line -> line.contains("ended FAILED"))
        .map(line -> JsonMapper.shared().readTree(line))
        .findFirst();
  }
}
