package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.harness.TcpProxy;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OutcomeWriterTest {

  @Test
  void aPostgresThatIsSilentStallsTheLanesUntilAnotherConnectionHasTheOutcome() throws Exception {
    try (TestDatabase database = TestPostgres.freshDatabase();
        TcpProxy network = database.network();
        TestServer server = TestServer.start(database, database.urlThrough(network))) {
      WebhookId id = new WebhookId(new SampleRows(database.jdbc()).webhook());
      Webhook webhook = server.part(WebhookRegistry.class).find(id).orElseThrow();
      OutcomeWriter writer = server.part(OutcomeWriter.class);
      record(writer, webhook).join();
      assertThat(writer.isStalled()).isFalse();

      network.silence();
      CompletableFuture<?> recorded = record(writer, webhook);
      await().until(writer::isStalled);
      assertThat(recorded).isNotDone();

      // The connections of before never answer, each of which costs seconds; those made now do.
      await().atMost(Duration.ofMinutes(3)).until(recorded::isDone);
      assertThat(recorded).isCompleted();
      await().until(() -> !writer.isStalled());
      network.endSilent();
    }
  }

  private static CompletableFuture<?> record(OutcomeWriter writer, Webhook webhook) {
    DueDelivery gone =
        new DueDelivery(UUID.randomUUID(), UUID.randomUUID(), 1, 1, System.nanoTime(), null, false);
    return writer.write(webhook, gone, Outcome.expired(gone));
  }
}
