package io.httpqueue.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.httpqueue.api.v1.WatchDeliveriesRequest;
import io.httpqueue.api.v1.WatchDeliveriesResponse;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import io.httpqueue.delivery.ChangeJournal;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.DeliveryClient;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchDeliveriesTest {

  private static TestDatabase database;
  private static TestServer first;
  private static TestServer second;

  private ScriptedReceiver receiver;
  private DeliveryClient client;

  @BeforeAll
  static void startServers() {
    database = TestPostgres.freshDatabase();
    first = TestServer.start(database);
    second = TestServer.start(database, "httpqueue.watch.max-watches=2");
  }

  @AfterAll
  static void stopServers() {
    first.close();
    second.close();
    database.close();
  }

  @BeforeEach
  void startReceiver() {
    receiver = ScriptedReceiver.start();
    client = new DeliveryClient(first, "test-" + UUID.randomUUID());
  }

  @AfterEach
  void stopReceiver() {
    receiver.close();
  }

  @Test
  void everyChangeIsToldInOrderWhicheverServerMadeItAndResumedOnAnotherOne() {
    receiver.answer("/a", Answer.status(500).withBody("no"), Answer.status(200));
    String webhook = register("/a", "*");
    Watch watch = new Watch(second, request("")).request(1_000);
    watch.awaitStarted();
    String event = client.push("e");

    await().until(() -> watch.statuses().size() == 3);
    assertThat(watch.statuses()).containsExactly("PENDING 0", "RETRYING 1", "SUCCESS 2");
    WebhookDelivery failed = watch.changes().get(1).getDelivery();
    assertThat(failed.getEventId()).isEqualTo(event);
    assertThat(failed.getWebhookId()).isEqualTo(webhook);
    assertThat(failed.getEvent()).isEqualTo("e");
    assertThat(failed.getResponseCode()).isEqualTo(500);
    assertThat(failed.getResponseBody()).isEqualTo("no");
    assertThat(failed.getNextRetryAt()).isPositive();
    assertThat(watch.changes().get(2).getDelivery().getResponseCode()).isEqualTo(200);
    watch.cancel();
    await().until(() -> second.part(ChangeJournal.class).openWatches() == 0);

    // What happens while nobody watches is told to the one who comes back, on whichever server.
    String missed = client.push("missed");
    await().until(() -> receiver.requestsTo("/a").size() == 3);
    Watch resumed =
        new Watch(first, request(watch.changes().get(1).getResumeToken())).request(1_000);
    await().until(() -> resumed.statuses().size() == 3);
    assertThat(resumed.statuses()).containsExactly("SUCCESS 2", "PENDING 0", "SUCCESS 1");
    assertThat(resumed.changes().getLast().getDelivery().getEventId()).isEqualTo(missed);
    resumed.cancel();
  }

  @Test
  void aWatchOfOneWebhookIsToldOfItsDeliveriesAlone() {
    String one = register("/one", "*");
    register("/two", "*");
    Watch watch =
        new Watch(first, request("").toBuilder().setWebhookId(one).build()).request(1_000);
    watch.awaitStarted();
    IntStream.range(0, 5).forEach(_ -> client.push("e"));

    await().until(() -> receiver.requests().size() == 10);
    await().until(() -> watch.changes().size() == 10);
    assertThat(watch.changes())
        .extracting(change -> change.getDelivery().getWebhookId())
        .containsOnly(one);
    watch.cancel();
  }

  @Test
  void aSlowClientCostsBoundedMemoryAndMissesNothing() {
    UUID webhook = UUID.fromString(register("/a", "none"));
    Watch slow = new Watch(second, request("")).request(1);
    Watch fast = new Watch(second, request("")).request(100_000);
    slow.awaitStarted();
    fast.awaitStarted();
    // Ended ones, so that nothing but this makes changes.
    new SampleRows(database.jdbc()).deliveries(webhook, "SUCCESS", 1, 0, 8_000);

    await().atMost(Duration.ofSeconds(30)).until(() -> fast.changes().size() == 8_000);
    // What gRPC and the connection buffer is far less than all of it.
    assertThat(second.part(ChangeJournal.class).slowestLag()).isGreaterThan(3_000);
    slow.request(100_000);
    await().atMost(Duration.ofSeconds(30)).until(() -> slow.changes().size() == 8_000);
    assertThat(ids(slow)).isEqualTo(ids(fast));

    Watch third = new Watch(second, request("")).request(1);
    assertThat(third.ended.join().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    slow.cancel();
    fast.cancel();
  }

  @Test
  void whatIsNotKeptCannotBeResumed() {
    register("/a", "*");
    Watch watch = new Watch(first, request("")).request(1_000);
    watch.awaitStarted();
    client.push("e");
    await().until(() -> watch.changes().size() == 2);
    String token = watch.changes().getFirst().getResumeToken();
    watch.cancel();

    // As if nobody had watched for so long that changes were not written down.
    database
        .jdbc()
        .sql("UPDATE delivery_watch SET live_until = now() WHERE namespace = :namespace")
        .param("namespace", client.namespace())
        .update();

    Watch late = new Watch(second, request(token)).request(1_000);
    assertThat(late.ended.join().getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
    Watch foreign = new Watch(second, request("x" + token)).request(1_000);
    assertThat(foreign.ended.join().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  private String register(String path, String... events) {
    return client.register(receiver.url(path).toString(), events);
  }

  private WatchDeliveriesRequest request(String token) {
    return WatchDeliveriesRequest.newBuilder()
        .setNamespace(client.namespace())
        .setResumeToken(token)
        .build();
  }

  private static List<String> ids(Watch watch) {
    return watch.changes().stream().map(change -> change.getDelivery().getDeliveryId()).toList();
  }

  /** A client that takes as many messages as it asks for. */
  private static final class Watch {

    private final ClientCall<WatchDeliveriesRequest, WatchDeliveriesResponse> call;
    private final List<WatchDeliveriesResponse> messages =
        Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Status> ended = new CompletableFuture<>();

    Watch(TestServer server, WatchDeliveriesRequest request) {
      call =
          server
              .channel()
              .newCall(WebhookServiceGrpc.getWatchDeliveriesMethod(), CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onMessage(WatchDeliveriesResponse message) {
              messages.add(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              ended.complete(status);
            }
          },
          new Metadata());
      call.sendMessage(request);
      call.halfClose();
    }

    Watch request(int count) {
      call.request(count);
      return this;
    }

    void awaitStarted() {
      await().until(() -> !messages.isEmpty());
    }

    List<WatchDeliveriesResponse> changes() {
      synchronized (messages) {
        return messages.stream().filter(WatchDeliveriesResponse::hasDelivery).toList();
      }
    }

    List<String> statuses() {
      return changes().stream()
          .map(WatchDeliveriesResponse::getDelivery)
          .map(
              delivery ->
                  delivery.getStatus().name().replace("WEBHOOK_DELIVERY_STATUS_", "")
                      + " "
                      + delivery.getAttemptCount())
          .toList();
    }

    void cancel() {
      call.cancel("seen enough", null);
    }
  }
}
