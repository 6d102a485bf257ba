package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.harness.TcpProxy;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.DeliveryClient;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutcomeWriterTest {

  private final TestDatabase database = TestPostgres.freshDatabase();
  private final TcpProxy network = database.network();
  private final TestServer server = TestServer.start(database, database.urlThrough(network));
  private final OutcomeWriter writer = server.part(OutcomeWriter.class);

  @AfterEach
  void close() throws IOException {
    network.endSilent();
    server.close();
    network.close();
    database.close();
  }

  @Test
  void aPostgresThatIsSilentStallsTheLanesUntilAnotherConnectionHasTheOutcome() {
    Webhook webhook = webhook();
    record(webhook).join();
    assertThat(writer.isStalled()).isFalse();

    network.silence();
    CompletableFuture<?> recorded = record(webhook);
    await().until(writer::isStalled);
    assertThat(recorded).isNotDone();

    // The connections of before never answer, each of which costs seconds; those made now do.
    await().atMost(Duration.ofMinutes(3)).until(recorded::isDone);
    assertThat(recorded).isCompleted();
    await().until(() -> !writer.isStalled());
  }

  @Test
  void outcomesThatGatherStopTheLanesAtOnce() {
    Webhook webhook = webhook();
    record(webhook).join();

    network.silence();
    for (int i = 0; i < 2_100; i++) {
      var _ = record(webhook);
    }
    assertThat(writer.isStalled()).isTrue();
    network.endSilent();
    await().atMost(Duration.ofMinutes(3)).until(() -> !writer.isStalled());
  }

  @Test
  void aLaneSendsNothingMoreWhileOutcomesCannotBeRecorded() throws Exception {
    try (ScriptedReceiver receiver = ScriptedReceiver.start()) {
      receiver.answer("/", Answer.status(200).after(Duration.ofMillis(100)));
      registerOneAtATime(receiver);
      DeliveryClient client = new DeliveryClient(server, "test");
      IntStream.range(0, 100).forEach(_ -> client.push("a"));
      await().until(() -> receiver.requests().size() > 2);

      network.silence();
      await().until(writer::isStalled);
      int sent = receiver.requests().size();
      AtomicInteger sentWhileStalled = new AtomicInteger();
      await()
          .atMost(Duration.ofMinutes(3))
          .until(
              () -> {
                // Asked before, so that it is of the time in which the lane had to know.
                int count = receiver.requests().size();
                if (writer.isStalled()) {
                  sentWhileStalled.set(count);
                }
                return !writer.isStalled();
              });
      // One may have been on its way when it began.
      assertThat(sentWhileStalled).hasValueBetween(sent, sent + 1);
      await().until(() -> receiver.requests().size() > sent + 1);
    }
  }

  private void registerOneAtATime(ScriptedReceiver receiver) {
    var _ =
        server
            .client()
            .registerWebhook(
                RegisterWebhookRequest.newBuilder()
                    .setNamespace("test")
                    .addEvents("a")
                    .setUrl(receiver.url("/").toString())
                    .setTimeout(30)
                    .setMaxInFlight(1)
                    .build());
  }

  /** One that no event matches. */
  private Webhook webhook() {
    WebhookId id = new WebhookId(new SampleRows(database.jdbc()).webhook());
    return server.part(WebhookRegistry.class).find(id).orElseThrow();
  }

  private CompletableFuture<?> record(Webhook webhook) {
    long now = System.nanoTime();
    DueDelivery gone =
        new DueDelivery(UUID.randomUUID(), UUID.randomUUID(), 1, 1, now, now, null, false);
    return writer.write(webhook, gone, Outcome.expired(gone));
  }
}
