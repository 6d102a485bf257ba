package io.httpqueue.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.Ordering;
import io.httpqueue.api.v1.PauseWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.ResumeWebhookRequest;
import io.httpqueue.database.ServerMessages;
import io.httpqueue.encryption.MessageSeal;
import io.httpqueue.testing.DeliveryClient;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is pushed to one server, for a webhook whose lane runs on another. */
class LaneWakerTest {

  private static TestDatabase database;
  private static TestServer lanes;
  private static TestServer pushed;
  private static ServerMessages messages;
  private static final List<String> received = new CopyOnWriteArrayList<>();

  private static final Set<String> heard = ConcurrentHashMap.newKeySet();

  private ScriptedReceiver receiver;

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    String linger = "httpqueue.delivery.linger=1m";
    String sweepInterval = "httpqueue.queue.sweep-interval=5m";
    lanes = TestServer.start(database, linger, sweepInterval);
    // No lane can run on it, not even one that a sweep starts.
    pushed = TestServer.start(database, linger, sweepInterval, "httpqueue.roles=api");
    messages = new ServerMessages(database.dataSource(), () -> {});
    messages.subscribe(HandOvers.TOPIC, received::add);
    messages.subscribe("marker", heard::add);
    messages.start();
    awaitAllSent();
  }

  @AfterAll
  static void stop() {
    messages.stop();
    pushed.close();
    lanes.close();
    database.close();
  }

  @BeforeEach
  void startReceiver() {
    received.clear();
    receiver = ScriptedReceiver.start();
  }

  @AfterEach
  void stopReceiver() {
    receiver.close();
  }

  @Test
  void itIsHandedOverWithWhatItsEventHolds() {
    WebhookId webhook = webhookWithLane("handed", Ordering.ORDERING_NONE);
    DeliveryClient client = new DeliveryClient(pushed, "handed");
    client.push("e");
    await().until(() -> receiver.requests().size() == 2);
    await().until(() -> !handedOverTo(webhook).isEmpty());

    HandOverMessage message = handedOverTo(webhook).getFirst();
    UUID event = message.deliveries().getFirst().eventId();
    assertThat(message.contents().get(event))
        .extracting(EventContent::namespace, EventContent::name)
        .containsExactly("handed", "e");
  }

  @Test
  void theLaneReadsNeitherTheDeliveryNorItsEvent() {
    WebhookId webhook = webhookWithLane("unread", Ordering.ORDERING_NONE);
    UUID event = UUID.randomUUID();
    byte[] payload = "{\"never\":\"stored\"}".getBytes(UTF_8);
    byte[] message = message(madeNow(webhook, event), payload);
    messages.publish(
        HandOvers.TOPIC,
        Base64.getEncoder()
            .encodeToString(pushed.part(MessageSeal.class).seal(HandOvers.TOPIC, message)));
    await().until(() -> receiver.requests().size() == 2);
    assertThat(receiver.requests().getLast().body()).isEqualTo(payload);
  }

  @Test
  void aMessageThatNoServerSealedIsLeftAlone() {
    WebhookId webhook = webhookWithLane("forged", Ordering.ORDERING_NONE);
    UUID event = UUID.randomUUID();
    byte[] message = message(madeNow(webhook, event), "{}".getBytes(UTF_8));
    messages.publish(HandOvers.TOPIC, Base64.getEncoder().encodeToString(message));
    // Messages are heeded in their order.
    new DeliveryClient(pushed, "forged").push("e");
    await().until(() -> receiver.requests().size() == 2);
    assertThat(receiver.requests().getLast().header("webhook-id")).doesNotContain(event.toString());
  }

  @Test
  void whatIsInAnOrderIsReadInIt() {
    WebhookId webhook = webhookWithLane("ordered", Ordering.ORDERING_WHOLE_WEBHOOK);
    DeliveryClient client = new DeliveryClient(pushed, "ordered");
    client.push("e");
    await().until(() -> receiver.requests().size() == 2);
    awaitAllSent();
    assertThat(handedOverTo(webhook)).isEmpty();
  }

  @Test
  void aLaneThatHasEndedIsStartedAgainForWhatWasHandedOverToIt() {
    WebhookId webhook = webhookWithLane("ended", Ordering.ORDERING_NONE);
    DeliveryClient client = new DeliveryClient(pushed, "ended");
    client.push("e");
    await().until(() -> receiver.requests().size() == 2);

    lanes.part(DeliveryLanes.class).endAll(Duration.ZERO);
    await().until(() -> hasNoLane(webhook));
    client.push("e");
    await().until(() -> receiver.requests().size() == 3);
  }

  @Test
  void whatWaitsForAWebhookThatIsPausedIsHandedOverToNobody() {
    WebhookId webhook = webhookWithLane("paused", Ordering.ORDERING_NONE);
    DeliveryClient client = new DeliveryClient(pushed, "paused");
    client
        .stub()
        .pauseWebhook(PauseWebhookRequest.newBuilder().setWebhookId(webhook.toString()).build());
    await().until(() -> hasNoLane(webhook));
    client.push("e");
    client
        .stub()
        .resumeWebhook(ResumeWebhookRequest.newBuilder().setWebhookId(webhook.toString()).build());
    await().until(() -> receiver.requests().size() == 2);
    awaitAllSent();
    assertThat(handedOverTo(webhook)).isEmpty();
  }

  /** What was sent before has been heard as well: messages come in their order. */
  private static void awaitAllSent() {
    String marker = UUID.randomUUID().toString();
    await()
        .until(
            () -> {
              messages.publish("marker", marker);
              return heard.contains(marker);
            });
  }

  private static boolean hasNoLane(WebhookId webhook) {
    return database
        .jdbc()
        .sql("SELECT lease_until IS NULL FROM delivery_lane WHERE webhook_id = ?")
        .param(webhook.value())
        .query((row, _) -> row.getBoolean(1))
        .single();
  }

  private static List<HandOverMessage> handedOverTo(WebhookId webhook) {
    MessageSeal seal = lanes.part(MessageSeal.class);
    return received.stream()
        .map(text -> seal.open(HandOvers.TOPIC, Base64.getDecoder().decode(text)))
        .flatMap(Optional::stream)
        .map(HandOverMessage::decode)
        .filter(message -> message.deliveries().getFirst().webhookId().equals(webhook))
        .toList();
  }

  private static byte[] message(NewDelivery delivery, byte[] payload) {
    EventContent content = new EventContent("made-up", "e", payload, null);
    return HandOverMessage.encode(List.of(delivery), Map.of(delivery.eventId(), content), 5_000)
        .getFirst();
  }

  private WebhookId webhookWithLane(String namespace, Ordering ordering) {
    DeliveryClient client = new DeliveryClient(lanes, namespace);
    String id =
        client
            .stub()
            .registerWebhook(
                RegisterWebhookRequest.newBuilder()
                    .setNamespace(namespace)
                    .addEvents("*")
                    .setUrl(receiver.url("/").toString())
                    .setOrdering(ordering)
                    .build())
            .getWebhookId();
    client.push("e");
    await().until(() -> receiver.requests().size() == 1);
    WebhookId webhook = WebhookId.parse(id);
    assertThat(lanes.part(DeliveryLanes.class).activeWebhooks()).contains(webhook);
    return webhook;
  }

  private static NewDelivery madeNow(WebhookId webhook, UUID event) {
    UUID id =
        database
            .jdbc()
            .sql("SELECT next_uuid_v7()")
            .query((row, _) -> row.getObject(1, UUID.class))
            .single();
    long now = System.nanoTime();
    return new NewDelivery(id, webhook, event, 15, now, now + Duration.ofHours(1).toNanos(), null);
  }
}
