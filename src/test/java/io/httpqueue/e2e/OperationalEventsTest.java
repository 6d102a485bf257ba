package io.httpqueue.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.testing.Answer;
import io.httpqueue.testing.DeliveryClient;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators are told of webhooks, and of which they are told nothing. */
class OperationalEventsTest {

  private static final String DISABLED = "httpqueue.webhook.disabled";
  private static final String FAILING = "httpqueue.webhook.failing";

  private static TestDatabase database;
  private static TestServer server;
  private static ScriptedReceiver receiver;
  private static DeliveryClient shop;
  private static DeliveryClient operators;

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    server = TestServer.start(database, "httpqueue.breaker.failures=3");
    receiver = ScriptedReceiver.start();
    receiver.answer("/gone", Answer.status(410));
    receiver.answer("/down", Answer.status(503));
    shop = new DeliveryClient(server, "shop");
    operators = new DeliveryClient(server, "httpqueue");
    operators.register(receiver.url("/operators").toString(), "httpqueue.webhook.*");
  }

  @AfterAll
  static void stop() {
    receiver.close();
    server.close();
    database.close();
  }

  @Test
  void ofAWebhookThatIsDisabledThemselvesExcepted() {
    String own = operators.register(receiver.url("/gone").toString(), "own");
    operators.push("own");
    await().until(() -> receiver.requestsTo("/gone").size() == 1);

    String told = told(DISABLED, "/gone");

    assertThat(told).contains("\"reason\":\"GONE\"", "\"disabled_at\":\"20");
    assertThat(news(DISABLED)).noneMatch(text -> text.contains(own));
  }

  @Test
  void ofAWebhookWhoseReceiverFailsAgainAndAgain() {
    String told = told(FAILING, "/down");

    assertThat(told).contains("\"failures_in_a_row\":3", "\"failing_at\":\"20");
  }

  /**
   * What they are told of one of the webhooks of a path. Whether anybody listens is asked once a
   * second, so the first may go unheard.
   */
  private static String told(String name, String path) {
    List<String> webhooks = new ArrayList<>();
    String url = receiver.url(path).toString();
    await()
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              String event = "e" + webhooks.size();
              webhooks.add(shop.register(url + "?key=secret", event));
              shop.push(event);
              return !news(name).isEmpty();
            });
    String news = news(name).getFirst();
    assertThat(webhooks).anyMatch(news::contains);
    assertThat(news).contains("\"namespace\":\"shop\"", url + "\"").doesNotContain("secret");
    return news;
  }

  private static List<String> news(String name) {
    return receiver.requestsTo("/operators").stream()
        .filter(request -> request.header("HTTPQueue-Event").equals(name))
        .map(ReceivedRequest::text)
        .toList();
  }
}
