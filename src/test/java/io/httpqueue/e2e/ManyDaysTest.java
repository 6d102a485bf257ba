package io.httpqueue.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.GetWebhookRequest;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import io.httpqueue.queue.HousekeepingJob;
import io.httpqueue.testing.MovedClock;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A server that is forgotten: the clock is moved from day to day while events come and go. */
class ManyDaysTest {

  private static final int KEEP = 7;
  private static final int KEEP_PAYLOADS = 3;
  private static final int AHEAD = 2;
  private static final int EVENTS_A_DAY = 20;

  /** Days after which as much is dropped as is made. */
  private static final int SETTLED = KEEP + 3;

  @Test
  void partitionsComeAndGoUnderLoad() {
    try (Service service = new Service()) {
      String left = service.register();
      service.live(1);
      service.unregister(left);
      service.live(SETTLED - 1);
      service.checkPartitions();
      service.checkHistory();
      service.checkIsForgotten(left);
    }
  }

  @Test
  @Tag("long")
  void aYearLeavesTheSizeAsItWas() {
    try (Service service = new Service()) {
      service.live(2 * SETTLED);
      long early = service.bytes();
      service.live(366 - 2 * SETTLED);
      service.checkPartitions();
      service.checkHistory();
      assertThat(service.bytes()).isLessThan(early * 11 / 10);
    }
  }

  private static final class Service implements AutoCloseable {

    private final TestDatabase database = TestPostgres.emptyDatabase();
    private final MovedClock clock = MovedClock.of(database);
    private final ScriptedReceiver receiver = ScriptedReceiver.start();
    private final TestServer server =
        TestServer.startAt(
            clock,
            database,
            "httpqueue.retention.keep=%dd".formatted(KEEP),
            "httpqueue.retention.keep-payloads=%dd".formatted(KEEP_PAYLOADS),
            "httpqueue.retention.ahead=%dd".formatted(AHEAD));
    private final JdbcClient jdbc = database.jdbc();
    private final HousekeepingJob.Handler housekeeper = server.part(HousekeepingJob.Handler.class);
    private final List<String> accepted = new ArrayList<>();

    Service() {
      // Nothing is emptied in the last hour of a day, so a year of such hours would only grow.
      clock.advance(Duration.between(clock.instant(), noonOfTomorrow()));
      housekeeper.run(new HousekeepingJob());
      register();
    }

    String register() {
      return server
          .client()
          .registerWebhook(
              RegisterWebhookRequest.newBuilder()
                  .setNamespace("days")
                  .addEvents("*")
                  .setUrl(receiver.url("/days").toString())
                  .build())
          .getWebhookId();
    }

    void unregister(String webhook) {
      var _ =
          server
              .client()
              .unregisterWebhook(
                  UnregisterWebhookRequest.newBuilder().setWebhookId(webhook).build());
    }

    private Instant noonOfTomorrow() {
      return clock
          .instant()
          .truncatedTo(ChronoUnit.DAYS)
          .plus(1, ChronoUnit.DAYS)
          .plus(12, ChronoUnit.HOURS);
    }

    /** Each day housekeeping runs while events are pushed, and all of them arrive. */
    void live(int days) {
      for (int day = 0; day < days; day++) {
        clock.advance(Duration.ofDays(1));
        CompletableFuture<Void> housekeeping =
            CompletableFuture.runAsync(
                () -> housekeeper.run(new HousekeepingJob()), Thread::startVirtualThread);
        for (int i = 0; i < EVENTS_A_DAY; i++) {
          accepted.add(push());
        }
        assertThat(housekeeping).succeedsWithin(Duration.ofSeconds(20));
        List<String> today = accepted.subList(accepted.size() - EVENTS_A_DAY, accepted.size());
        await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> received().containsAll(today) && unfinished() == 0);
      }
    }

    private String push() {
      return server
          .client()
          .pushEvent(
              PushEventRequest.newBuilder()
                  .setNamespace("days")
                  .setEvent("e")
                  .setPayload("{}")
                  .build())
          .getEventId();
    }

    private Set<String> received() {
      Set<String> ids = new HashSet<>();
      receiver.requestsTo("/days").forEach(request -> ids.add(request.header("webhook-id")));
      return ids;
    }

    private int unfinished() {
      return jdbc.sql(
              "SELECT count(*) FROM delivery WHERE status IN ('PENDING', 'SENDING', 'RETRYING')")
          .query(Integer.class)
          .single();
    }

    /** Exactly the days that are to be there, and no row of them was deleted one by one. */
    void checkPartitions() {
      assertThat(partitions("delivery")).isEqualTo(KEEP + 1 + AHEAD);
      assertThat(partitions("delivery_attempt")).isEqualTo(KEEP + 1 + AHEAD);
      assertThat(partitions("event")).isEqualTo(KEEP_PAYLOADS + 1 + AHEAD);
      assertThat(
              jdbc.sql(
                      """
                      SELECT sum(n_tup_del) FROM pg_stat_user_tables
                      WHERE relname ~ '^(event|delivery|delivery_attempt)_[0-9]{8}$'
                      """)
                  .query(Long.class)
                  .single())
          .isZero();
    }

    private int partitions(String parent) {
      return jdbc.sql("SELECT count(*) FROM pg_inherits WHERE inhparent = ?::regclass")
          .param(parent)
          .query(Integer.class)
          .single();
    }

    /**
     * An event that is gone by its payload is still told of; one that is gone altogether is not.
     */
    void checkHistory() {
      String withoutPayload = accepted.get(accepted.size() - EVENTS_A_DAY * (KEEP_PAYLOADS + 2));
      assertThat(
              jdbc.sql("SELECT count(*) FROM event WHERE id = ?::uuid")
                  .param(withoutPayload)
                  .query(Integer.class)
                  .single())
          .isZero();
      assertThat(
              server
                  .client()
                  .getWebhookStatus(
                      GetWebhookStatusRequest.newBuilder()
                          .setEventId(withoutPayload)
                          .setNamespace("days")
                          .setIncludeAttempts(true)
                          .build())
                  .getDeliveriesList())
          .singleElement()
          .extracting(WebhookDelivery::getStatus)
          .isEqualTo(WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS);
      assertThat(
              jdbc.sql("SELECT count(*) FROM delivery WHERE event_id = ?::uuid")
                  .param(accepted.getFirst())
                  .query(Integer.class)
                  .single())
          .isZero();
    }

    /** Nothing is left of a webhook that was unregistered before all that is kept. */
    void checkIsForgotten(String webhook) {
      for (String table : List.of("webhook_secret", "delivery_lane")) {
        assertThat(
                jdbc.sql("SELECT count(*) FROM %s WHERE webhook_id = ?::uuid".formatted(table))
                    .param(webhook)
                    .query(Integer.class)
                    .single())
            .as(table)
            .isZero();
      }
      assertThatThrownBy(
              () ->
                  server
                      .client()
                      .getWebhook(GetWebhookRequest.newBuilder().setWebhookId(webhook).build()))
          .hasMessageStartingWith("NOT_FOUND");
    }

    long bytes() {
      jdbc.sql("VACUUM").update();
      return jdbc.sql(
              "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
                  + " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
          .query(Long.class)
          .single();
    }

    @Override
    public void close() {
      server.close();
      receiver.close();
      database.close();
    }
  }
}
