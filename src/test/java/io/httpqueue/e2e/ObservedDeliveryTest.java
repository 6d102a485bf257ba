package io.httpqueue.e2e;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.httpqueue.api.v1.PauseWebhookRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RetryPolicy;
import io.httpqueue.delivery.HeldExpiry;
import io.httpqueue.delivery.LaneSweep;
import io.httpqueue.telemetry.Label;
import io.httpqueue.telemetry.Metric;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.DeliveryClient;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestCollector;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import io.opentelemetry.proto.metrics.v1.Metric.DataCase;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a collector gets of deliveries that fail, arrive, expire, and are lost with a server. */
class ObservedDeliveryTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  private static final TestCollector collector = TestCollector.start();
  private static final ScriptedReceiver receiver = ScriptedReceiver.start();
  private static TestDatabase database;
  private static SampleRows rows;
  private static UUID behind;
  private static TestServer server;

  private final DeliveryClient client = new DeliveryClient(server, "shop-" + UUID.randomUUID());

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    rows = new SampleRows(database.jdbc());
    behind = rows.webhook();
    rows.deliveries(behind, "RETRYING", 1, -1_000, 1);
    // Nothing is sent there, so it stays behind.
    lane(behind, "waits_until", "now() + interval '1 hour'");
    server =
        TestServer.start(
            database,
            "otel.sdk.disabled=false",
            "httpqueue.telemetry.endpoint=" + collector.endpoint(),
            "otel.metric.export.interval=300",
            "otel.bsp.schedule.delay=100");
  }

  @AfterAll
  static void stop() {
    server.close();
    receiver.close();
    collector.close();
    database.close();
  }

  private static void lane(UUID webhook, String column, String value) {
    database
        .jdbc()
        .sql(
            """
            INSERT INTO delivery_lane (webhook_id, epoch, %1$s) VALUES (:webhook, 1, %2$s)
            ON CONFLICT (webhook_id) DO UPDATE SET %1$s = %2$s
            """
                .formatted(column, value))
        .param("webhook", webhook)
        .update();
  }

  @Test
  void oneTraceLeadsFromTheCallerToTheReceiver() {
    receiver.answer("/hook", Answer.status(500), Answer.status(200));
    client.register(receiver.url("/hook").toString(), "*");
    Metadata headers = new Metadata();
    headers.put(TRACEPARENT, "00-%s-%s-01".formatted(TRACE, CALLER));
    server
        .client()
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace(client.namespace())
                .setEvent("order.created")
                .setPayload("{}")
                .build());

    await().atMost(20, SECONDS).until(() -> receiver.requestsTo("/hook").size() == 2);
    await().atMost(20, SECONDS).until(() -> spans("POST").size() == 2);
    await().until(() -> !spans("fan_out " + client.namespace()).isEmpty());
    Span call = spans("httpqueue.v1.WebhookService/PushEvent").getFirst();
    Span publish = spans("publish " + client.namespace()).getFirst();
    assertThat(parent(call)).isEqualTo(CALLER);
    assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(publish.getParentSpanId()).isEqualTo(call.getSpanId());
    List<Span> below =
        List.of(
            spans("INSERT event").getFirst(),
            spans("fan_out " + client.namespace()).getFirst(),
            spans("POST").getFirst(),
            spans("POST").getLast());
    assertThat(below)
        .allSatisfy(
            span -> assertThat(span.getParentSpanId()).isEqualTo(publish.getSpanId()));
    assertThat(receiver.requestsTo("/hook"))
        .extracting(request -> request.header("traceparent"))
        .containsExactlyElementsOf(
            spans("POST").stream()
                .map(span -> "00-%s-%s-01".formatted(TRACE, hex(span.getSpanId())))
                .toList());
  }

  private static List<Span> spans(String name) {
    return collector.spans().stream()
        .filter(span -> hex(span.getTraceId()).equals(TRACE) && span.getName().equals(name))
        .sorted((a, b) -> Long.compare(a.getStartTimeUnixNano(), b.getStartTimeUnixNano()))
        .toList();
  }

  private static String parent(Span span) {
    return hex(span.getParentSpanId());
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  @Test
  void everyMetricHasTheUnitKindDescriptionAndAttributesOfItsPage() {
    receiver.answer("/fails", Answer.status(500));
    server
        .client()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace(client.namespace())
                .addEvents("*")
                .setUrl(receiver.url("/fails").toString())
                .setRetryPolicy(RetryPolicy.newBuilder().setMaxAttempts(2))
                .build());
    client.register(receiver.url("/arrives").toString(), "*");
    client.push("order.created");

    for (Metric metric : Metric.values()) {
      await(metric.key())
          .atMost(30, SECONDS)
          .untilAsserted(
              () -> {
                assertThat(collector.metrics(metric.key()))
                    .isNotEmpty()
                    .allSatisfy(
                        exported -> {
                          assertThat(exported.getUnit()).isEqualTo(metric.unit());
                          assertThat(exported.getDescription()).isEqualTo(metric.description());
                          assertThat(exported.getDataCase()).isEqualTo(dataOf(metric));
                        });
                assertThat(attributeKeys(metric))
                    .isEqualTo(
                        metric.labels().stream()
                            .map(label -> label.key().getKey())
                            .collect(Collectors.toSet()));
              });
    }
    assertThat(collector.metrics(Metric.EVENTS_ACCEPTED.key()))
        .allSatisfy(counter -> assertThat(counter.getSum().getIsMonotonic()).isTrue());
    assertThat(
            collector.value(
                Metric.WEBHOOK_OLDEST_DUE_AGE.key(),
                Map.of(Label.WEBHOOK.key().getKey(), behind.toString())))
        .isGreaterThanOrEqualTo(1_000);
    assertThat(collector.attributes("rpc.server.call.duration"))
        .anySatisfy(
            call ->
                assertThat(call)
                    .containsEntry("rpc.method", "httpqueue.v1.WebhookService/PushEvent"));
    assertThat(collector.metrics("jvm.memory.used")).isNotEmpty();
  }

  private static Set<String> attributeKeys(Metric metric) {
    return collector.attributes(metric.key()).stream()
        .flatMap(attributes -> attributes.keySet().stream())
        .collect(Collectors.toSet());
  }

  private static DataCase dataOf(Metric metric) {
    return switch (metric.kind()) {
      case COUNTER -> DataCase.SUM;
      case GAUGE -> DataCase.GAUGE;
      case HISTOGRAM -> DataCase.EXPONENTIAL_HISTOGRAM;
    };
  }

  @Test
  void deliveriesThatEndWithoutALaneAreCountedAndTold() {
    new DeliveryClient(server, "httpqueue")
        .register(receiver.url("/operators").toString(), "httpqueue.delivery.failed");
    String held = client.register(receiver.url("/held").toString(), "held");
    server.client().pauseWebhook(PauseWebhookRequest.newBuilder().setWebhookId(held).build());
    String event =
        server
            .client()
            .pushEvent(
                PushEventRequest.newBuilder()
                    .setNamespace(client.namespace())
                    .setEvent("held")
                    .setPayload("{}")
                    .setTtlSeconds(1)
                    .build())
            .getEventId();
    String expired = client.awaitDelivery(event, held);
    await()
        .until(
            () -> {
              server.part(HeldExpiry.class).sweep();
              return told(expired).contains("\"EXPIRED\"");
            });
    await().until(() -> ended(Map.of("httpqueue.outcome", "expired")) == 1);

    String lost = client.register(receiver.url("/lost").toString(), "lost");
    rows.deliveries(UUID.fromString(lost), "SENDING", 15, 0, 1);
    lane(UUID.fromString(lost), "interrupted", "true");
    server.part(LaneSweep.class).run();

    await()
        .until(
            () ->
                ended(Map.of("httpqueue.outcome", "failed", "error.type", "interrupted")) == 1);
    await().until(() -> told(lost).contains("\"INTERRUPTED\""));
  }

  private static double ended(Map<String, String> attributes) {
    return collector.value(Metric.DELIVERIES_ENDED.key(), attributes);
  }

  /** What operators were told of a delivery or a webhook. */
  private static String told(String id) {
    return receiver.requestsTo("/operators").stream()
        .map(request -> request.text())
        .filter(text -> text.contains(id))
        .findFirst()
        .orElse("");
  }
}
