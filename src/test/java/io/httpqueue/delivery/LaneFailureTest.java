package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes wrong in a lane costs nobody a delivery. */
class LaneFailureTest {

  private static TestDatabase database;

  /** Takes what is pushed, and delivers nothing. */
  private static TestServer api;

  private ScriptedReceiver receiver;
  private String namespace;

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    api = TestServer.start(database, "httpqueue.roles=api");
  }

  @AfterAll
  static void stop() {
    api.close();
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

  private UUID register(String path) {
    RegisterWebhookRequest request =
        RegisterWebhookRequest.newBuilder()
            .setNamespace(namespace)
            .addEvents(path)
            .setUrl(receiver.url("/" + path).toString())
            .setTimeout(300)
            .putHeaders("X-Token", "secret")
            .build();
    return UUID.fromString(api.client().registerWebhook(request).getWebhookId());
  }

  private UUID push(String event) {
    PushEventRequest request =
        PushEventRequest.newBuilder()
            .setNamespace(namespace)
            .setEvent(event)
            .setPayload("{}")
            .build();
    return UUID.fromString(api.client().pushEvent(request).getEventId());
  }

  private static void update(String sql, UUID id) {
    assertThat(database.jdbc().sql(sql).param(id).update()).isEqualTo(1);
  }

  @Test
  void whatWasClaimedByAWriteIsSentThoughItsContentCouldNotBeReadAtOnce() {
    UUID webhook = register("claimed");
    UUID event = push("claimed");
    update("UPDATE delivery SET max_attempts = 1 WHERE event_id = ?", event);
    // As one leaves it that was killed amid its requests.
    update(
        "INSERT INTO delivery_lane AS lane (webhook_id, epoch, interrupted) VALUES (?, 1, true)"
            + " ON CONFLICT (webhook_id) DO UPDATE SET epoch = lane.epoch + 1, lease_until = NULL,"
            + " interrupted = true",
        webhook);

    try (TestServer worker = TestServer.start(database)) {
      database
          .transactions()
          .executeWithoutResult(
              _ -> {
                database.jdbc().sql("LOCK TABLE event").update();
                worker.part(LaneSweep.class).run();
                database.awaitBlocked("event");
                database
                    .jdbc()
                    .sql(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                    .query()
                    .listOfRows();
              });
      await().until(() -> receiver.requestsTo("/claimed").size() == 1);
      await().until(() -> status(event).equals("SUCCESS after 1"));
    }
  }

  private static String status(UUID event) {
    return database
        .jdbc()
        .sql("SELECT status || ' after ' || attempt_count FROM delivery WHERE event_id = ?")
        .param(event)
        .query(String.class)
        .single();
  }

  @Test
  void aWebhookThatCannotBeReadHereEndsNoOtherLane() {
    UUID unreadable = register("unreadable");
    UUID well = register("well");
    receiver.answer("/unreadable", Answer.hang());
    receiver.answer("/well", Answer.hang(), Answer.status(200));
    try (TestServer worker = TestServer.start(database, "httpqueue.delivery.lease=6s")) {
      push("unreadable");
      push("well");
      worker.part(LaneSweep.class).run();
      await().until(() -> receiver.requests().size() == 2);

      update(
          "UPDATE webhook SET headers_encrypted = set_byte(headers_encrypted, 20,"
              + " 255 - get_byte(headers_encrypted, 20)) WHERE id = ?",
          unreadable);
      await().until(() -> !isHeld(worker, unreadable));
      push("well");
      await().until(() -> receiver.requestsTo("/well").size() == 2);
      assertThat(isHeld(worker, well)).isTrue();
      // The worker's end would wait for what hangs.
      receiver.release();
    }
  }

  private static boolean isHeld(TestServer worker, UUID webhook) {
    boolean[] held = {false};
    worker
        .part(LocalLanes.class)
        .forEach(
            (start, lane) ->
                held[0] |= start.webhookId().value().equals(webhook) && lane.lease().isHeld());
    return held[0];
  }
}
