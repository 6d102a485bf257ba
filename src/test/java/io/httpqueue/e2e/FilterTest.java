package io.httpqueue.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.FieldMask;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.UpdateWebhookRequest;
import io.httpqueue.event.FilterFailures;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import io.httpqueue.webhook.WebhookId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Filters as callers and receivers see them, on two servers. */
class FilterTest {

  private static TestDatabase database;
  private static TestServer first;
  private static TestServer second;

  private ScriptedReceiver receiver;
  private String namespace;

  @BeforeAll
  static void startServers() {
    database = TestPostgres.freshDatabase();
    first = TestServer.start(database);
    second = TestServer.start(database);
  }

  @AfterAll
  static void stopServers() {
    second.close();
    first.close();
    database.close();
  }

  @BeforeEach
  void startReceiver() {
    receiver = ScriptedReceiver.start();
    namespace = "test-" + UUID.randomUUID();
  }

  @AfterEach
  void stopReceiver() {
    receiver.close();
  }

  private String register(String filter) {
    return first
        .client()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace(namespace)
                .addEvents("order.*")
                .setUrl(receiver.url("/filtered").toString())
                .setFilter(filter)
                .build())
        .getWebhookId();
  }

  private void updateFilter(TestServer server, String id, String filter) {
    server
        .client()
        .updateWebhook(
            UpdateWebhookRequest.newBuilder()
                .setWebhookId(id)
                .setWebhook(RegisterWebhookRequest.newBuilder().setFilter(filter))
                .setUpdateMask(FieldMask.newBuilder().addPaths("filter"))
                .build());
  }

  private PushEventRequest.Builder event(String payload) {
    return PushEventRequest.newBuilder()
        .setNamespace(namespace)
        .setEvent("order.created")
        .setPayload(payload)
        .putMetadata("region", "eu");
  }

  private List<String> push(TestServer server, String payload) {
    PushEventResponse pushed = server.client().pushEvent(event(payload).build());
    assertThat(pushed.getWebhooksTriggered()).isEqualTo(pushed.getWebhookIdsCount());
    return pushed.getWebhookIdsList();
  }

  @Test
  void onlyEventsThatMeetTheFilterAreSentAndCounted() {
    String id = register("payload.amount > 100 && metadata.region == 'eu'");
    String all = register("");
    assertThat(push(first, "{\"amount\":100}")).containsExactly(all);
    assertThat(push(first, "{\"amount\":101}")).containsExactlyInAnyOrder(id, all);
    assertThat(push(second, "{\"amount\":100.5}")).containsExactlyInAnyOrder(id, all);
    PushEventResponse elsewhere =
        second.client().pushEvent(event("{\"amount\":101}").putMetadata("region", "us").build());
    assertThat(elsewhere.getWebhookIdsList()).containsExactly(all);
    await().until(() -> receiver.requests().size() == 6);
    assertThat(receiver.requests())
        .extracting(ReceivedRequest::text)
        .filteredOn(text -> text.contains("100.5"))
        .hasSize(2);
  }

  @Test
  void aFilterThatIsNewOrChangedOrGoneIsHeededByTheNextPushOnEveryServer() {
    String id = register("payload.a == 1");
    for (TestServer server : List.of(first, second)) {
      assertThat(push(server, "{\"a\":1}")).hasSize(1);
      assertThat(push(server, "{\"a\":2}")).isEmpty();
    }
    for (int i = 0; i < 20; i++) {
      TestServer changing = i % 2 == 0 ? first : second;
      TestServer pushing = i % 3 == 0 ? first : second;
      updateFilter(changing, id, "payload.a == " + i);
      assertThat(push(pushing, "{\"a\":" + i + "}")).containsExactly(id);
      assertThat(push(pushing, "{\"a\":" + (i + 1) + "}")).isEmpty();
    }
    String other = register("payload.a == 7");
    assertThat(push(second, "{\"a\":7}")).containsExactly(other);
    updateFilter(first, id, "");
    assertThat(push(second, "{\"a\":8}")).containsExactly(id);
    first
        .client()
        .unregisterWebhook(UnregisterWebhookRequest.newBuilder().setWebhookId(other).build());
    assertThat(push(second, "{\"a\":7}")).containsExactly(id);
  }

  @Test
  void whileAFilterChangesEveryPushIsAnsweredByTheOldOneOrTheNewOne() throws InterruptedException {
    String id = register("payload.a >= 0");
    AtomicInteger unmatched = new AtomicInteger();
    List<Thread> pushers =
        IntStream.range(0, 8)
            .mapToObj(
                n ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              for (int i = 0; i < 40; i++) {
                                if (push(n % 2 == 0 ? first : second, "{\"a\":1}").isEmpty()) {
                                  unmatched.incrementAndGet();
                                }
                              }
                            }))
            .toList();
    for (int i = 0; i < 10; i++) {
      updateFilter(i % 2 == 0 ? second : first, id, "payload.a != " + (i + 100));
    }
    for (Thread pusher : pushers) {
      pusher.join();
    }
    assertThat(unmatched).hasValue(0);
    await().until(() -> receiver.requests().size() == 320);
  }

  @Test
  void aFilterThatFailsDoesNotMatchAndIsCounted() {
    String id = register("payload.customer.vip");
    FilterFailures failures = first.part(FilterFailures.class);
    long before = failures.total();
    assertThat(push(first, "{\"customer\":{\"vip\":true}}")).containsExactly(id);
    assertThat(push(first, "{\"customer\":{\"vip\":false}}")).isEmpty();
    assertThat(push(first, "{\"customer\":{}}")).isEmpty();
    assertThat(push(first, "{\"customer\":{\"vip\":\"yes\"}}")).isEmpty();
    assertThat(push(first, "7")).isEmpty();
    assertThat(failures.of(WebhookId.parse(id))).isEqualTo(3);
    assertThat(failures.total()).isEqualTo(before + 3);
  }

  @Test
  void aFilterIsNotAskedAboutEventsThatItsWebhookDoesNotWant() {
    String id = register("payload.missing");
    PushEventResponse pushed =
        first.client().pushEvent(event("{}").setEvent("user.created").build());
    assertThat(pushed.getWebhooksTriggered()).isZero();
    assertThat(first.part(FilterFailures.class).of(WebhookId.parse(id))).isZero();
  }

  @Test
  void aWrongFilterIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> register("payload.a = 1"))
        .hasMessageContaining("INVALID_ARGUMENT")
        .hasMessageContaining("filter")
        .hasMessageContaining("line 1, column");
  }
}
