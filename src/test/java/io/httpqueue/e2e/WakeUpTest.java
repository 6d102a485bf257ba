package io.httpqueue.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.testing.DeliveryClient;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Order(4)
class WakeUpTest {

  private static final int EVENTS = 400;

  /**
   * Lanes and fan-out jobs end the moment they have nothing to do, and each event comes at a random
   * moment around that. The sweep, which would mend a wake-up that was lost, comes too late to
   * help.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 10})
  void noWakeUpIsLostBetweenALaneThatEndsAndADeliveryThatComes(int atOnce) {
    String[] settings = impatient(atOnce);
    try (TestDatabase database = TestPostgres.freshDatabase();
        TestServer server = TestServer.start(database, settings)) {
      pushAtRandomMoments(server, server);
    }
  }

  @Test
  void noWakeUpIsLostBetweenALaneThatEndsAndADeliveryThatAnotherServerHandsOver() {
    String[] settings = impatient(10);
    try (TestDatabase database = TestPostgres.freshDatabase();
        TestServer first = TestServer.start(database, settings);
        TestServer second = TestServer.start(database, settings)) {
      pushAtRandomMoments(first, second);
    }
  }

  private static String[] impatient(int atOnce) {
    return new String[] {
      "httpqueue.delivery.linger=0ms",
      "httpqueue.fan-out.at-once=" + atOnce,
      "httpqueue.fan-out.linger=0ms",
      "httpqueue.queue.sweep-interval=5m",
      "httpqueue.fan-out.sweep-after=10m"
    };
  }

  private static void pushAtRandomMoments(TestServer even, TestServer odd) {
    try (ScriptedReceiver receiver = ScriptedReceiver.start()) {
      DeliveryClient client = new DeliveryClient(even, "test");
      DeliveryClient other = new DeliveryClient(odd, "test");
      client.register(receiver.url("/").toString(), "*");
      Random random = new Random(1);
      for (int i = 1; i <= EVENTS; i++) {
        (i % 2 == 0 ? client : other).push("e");
        LockSupport.parkNanos(random.nextInt(20_000_000));
        if (i % 7 == 0) {
          // Or those that come after it would have the lane find what it was not woken for.
          int pushed = i;
          await().atMost(Duration.ofSeconds(20)).until(() -> receiver.requests().size() == pushed);
        }
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> receiver.requests().size() == EVENTS);
    }
  }

  @Test
  void aServerThatStartsLooksForWhatWasLeftBehindBeforeTheSweepThatRecurs() {
    try (TestDatabase database = TestPostgres.freshDatabase()) {
      SampleRows rows = new SampleRows(database.jdbc());
      rows.deliveries(rows.webhook(), "PENDING", 0, 0, 1);
      try (TestServer _ = TestServer.start(database, "httpqueue.queue.sweep-interval=5m")) {
        await().atMost(Duration.ofSeconds(20)).until(() -> countPending(database) == 0);
      }
    }
  }

  @Test
  void aLaneThatWaitsForMoreFindsWhatNobodyTellsItOf() {
    try (TestDatabase database = TestPostgres.freshDatabase();
        ScriptedReceiver receiver = ScriptedReceiver.start();
        TestServer server =
            TestServer.start(
                database, "httpqueue.delivery.linger=1m", "httpqueue.queue.sweep-interval=5m")) {
      DeliveryClient client = new DeliveryClient(server, "test");
      UUID webhook = UUID.fromString(client.register(receiver.url("/").toString(), "*"));
      client.push("e");
      await().until(() -> receiver.requests().size() == 1);
      new SampleRows(database.jdbc()).deliveries(webhook, "PENDING", 0, 0, 1);
      await().atMost(Duration.ofSeconds(20)).until(() -> countPending(database) == 0);
    }
  }

  @Test
  void aDeliveryWhoseTimeHasComeIsSentByTheLaneOfAnotherServer() {
    String[] settings = {"httpqueue.delivery.linger=1m", "httpqueue.queue.sweep-interval=5m"};
    try (TestDatabase database = TestPostgres.freshDatabase();
        ScriptedReceiver receiver = ScriptedReceiver.start();
        TestServer first = TestServer.start(database, settings);
        TestServer second = TestServer.start(database, settings)) {
      DeliveryClient client = new DeliveryClient(second, "test");
      client.register(receiver.url("/").toString(), "*");
      client.push("e");
      await().until(() -> receiver.requests().size() == 1);
      PushEventRequest later =
          PushEventRequest.newBuilder()
              .setNamespace("test")
              .setEvent("e")
              .setPayload("{}")
              .setDeliverAtMs(Instant.now().plusSeconds(2).toEpochMilli())
              .build();
      assertThat(first.client().pushEvent(later).getWebhooksTriggered()).isOne();
      await().atMost(Duration.ofSeconds(20)).until(() -> receiver.requests().size() == 2);
    }
  }

  private static long countPending(TestDatabase database) {
    return database
        .jdbc()
        .sql("SELECT count(*) FROM delivery WHERE status = 'PENDING'")
        .query((row, _) -> row.getLong(1))
        .single();
  }
}
