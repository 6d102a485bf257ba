package io.httpqueue.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.testing.Answer;
import io.httpqueue.testing.DeliveryClient;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import io.httpqueue.webhook.DeliveryPolicy;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FairnessTest {

  private static final int WEBHOOKS = 10;
  private static final int EVENTS = 3;

  /** Payloads of a mebibyte in the memory that a test gives them. */
  private static final int FIT = 8;

  private TestDatabase database;
  private ScriptedReceiver receiver;

  @BeforeEach
  void open() {
    database = TestPostgres.freshDatabase();
    receiver = ScriptedReceiver.start();
  }

  @AfterEach
  void close() {
    receiver.close();
    database.close();
  }

  @Test
  void aHundredWebhooksThatHangDoNotHoldUpOneThatIsWell() {
    try (TestServer server = TestServer.start(database, "httpqueue.delivery.max-requests=256")) {
      Producer producer = new Producer(server, "shared");
      receiver.answer("/hangs", Answer.hang());
      for (int i = 0; i < 100; i++) {
        producer.register(
            receiver.url("/hangs"), Duration.ofSeconds(60), "hang", DeliveryPolicy.DEFAULT);
      }
      producer.register(
          receiver.url("/well"), Duration.ofSeconds(5), "well", DeliveryPolicy.DEFAULT);
      for (int i = 0; i < 40; i++) {
        producer.push("hang");
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> receiver.requestsTo("/hangs").size() > 190);
      for (int i = 1; i <= 30; i++) {
        int sent = i;
        // Behind those that hang it would be a minute.
        long started = System.nanoTime();
        producer.push("well");
        await()
            .pollInterval(Duration.ofMillis(5))
            .until(() -> receiver.requestsTo("/well").size() == sent);
        assertThat(Duration.ofNanos(System.nanoTime() - started))
            .isLessThan(Duration.ofSeconds(20));
      }
      // Those that are shared, and one for each lane.
      assertThat(receiver.requestsTo("/hangs").size()).isLessThanOrEqualTo(256 + 100);
      receiver.release();
    }
  }

  @Test
  void aReceiverThatTookManyAtOnceAndHangsAfterARestGetsAFew() {
    try (TestServer server = TestServer.start(database, "httpqueue.delivery.linger=1m")) {
      DeliveryClient client = new DeliveryClient(server, "shared");
      client.register(receiver.url("/").toString(), "*");
      receiver.answer("/", Answer.status(200).after(Duration.ofMillis(300)));
      push(client, 100);
      await().atMost(Duration.ofSeconds(20)).until(() -> receiver.requests().size() == 100);
      // Long enough to count as a rest.
      await().during(Duration.ofSeconds(2)).until(() -> receiver.requests().size() == 100);
      receiver.answer("/", Answer.hang());
      push(client, 40);
      await().until(() -> receiver.requests().size() == 104);
      await().during(Duration.ofSeconds(1)).until(() -> receiver.requests().size() == 104);
      receiver.release();
    }
  }

  private static void push(DeliveryClient client, int count) {
    for (int i = 0; i < count; i++) {
      client.push("e");
    }
  }

  @Test
  void largePayloadsToReceiversThatHangTakeNoMoreMemoryThanIsForThemAndKeepNoSmallOneWaiting() {
    try (TestServer server =
        TestServer.start(database, "httpqueue.delivery.max-payload-in-flight=8MB")) {
      Producer producer = new Producer(server, "shared");
      receiver.answer("/hangs", Answer.hang());
      for (int i = 0; i < WEBHOOKS; i++) {
        producer.register(
            receiver.url("/hangs"), Duration.ofSeconds(60), "large", DeliveryPolicy.DEFAULT);
      }
      producer.register(
          receiver.url("/well"), Duration.ofSeconds(5), "small", DeliveryPolicy.DEFAULT);
      String mebibyte = "\"" + "x".repeat((1 << 20) - 2) + "\"";
      for (int i = 0; i < EVENTS; i++) {
        producer.push("large", "", mebibyte);
      }
      await().until(() -> receiver.requestsTo("/hangs").size() == FIT);
      producer.push("small");
      await().until(() -> receiver.requestsTo("/well").size() == 1);
      assertThat(receiver.requestsTo("/hangs")).hasSize(FIT);

      receiver.release();
      await().until(() -> receiver.requestsTo("/hangs").size() == WEBHOOKS * EVENTS);
    }
  }

  @Test
  void webhooksBeyondThePlacesOfAServerHaveTheirTurnsAlsoIfOthersHang() {
    try (TestServer server =
        TestServer.start(
            database,
            "httpqueue.delivery.max-lanes=2",
            "httpqueue.delivery.turn=1s",
            "httpqueue.breaker.failures=0",
            "httpqueue.retry.max-attempts=100")) {
      Producer producer = new Producer(server, "shared");
      receiver.answer("/hangs", Answer.hang());
      for (int i = 0; i < 4; i++) {
        producer.register(
            receiver.url("/hangs"), Duration.ofSeconds(1), "hang", DeliveryPolicy.DEFAULT);
      }
      producer.register(
          receiver.url("/well"), Duration.ofSeconds(5), "well", DeliveryPolicy.DEFAULT);
      for (int i = 0; i < 100; i++) {
        producer.push("hang");
      }
      await().until(() -> receiver.requestsTo("/hangs").size() >= 64);
      producer.push("well");
      await().atMost(Duration.ofSeconds(20)).until(() -> receiver.requestsTo("/well").size() == 1);
    }
  }
}
