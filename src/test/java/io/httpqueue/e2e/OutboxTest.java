package io.httpqueue.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.httpqueue.api.v1.EventType;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.PutEventTypeRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.SchemaMode;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** {@code httpqueue.push_event}, called by a producer that may do nothing else of HTTPQueue's. */
class OutboxTest {

  private static final String PUSH =
      "SELECT httpqueue.push_event(:namespace, 'order.created', :payload::jsonb)";

  private static TestDatabase database;
  private static TestServer server;
  private static TestServer second;
  private static String role;
  private static DriverManagerDataSource producerConnections;
  private static JdbcClient producer;
  private static TransactionTemplate transaction;

  private ScriptedReceiver receiver;
  private String namespace;

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    server = TestServer.start(database);
    second = TestServer.start(database);
    role = "shop_" + UUID.randomUUID().toString().replace("-", "");
    admin("CREATE ROLE %s LOGIN PASSWORD 'shop' IN ROLE httpqueue_producer".formatted(role));
    admin("CREATE SCHEMA shop AUTHORIZATION " + role);
    admin("CREATE TABLE shop.orders (id bigint PRIMARY KEY, cents integer)");
    admin("ALTER TABLE shop.orders OWNER TO " + role);
    producerConnections =
        new DriverManagerDataSource(
            database.jdbcUrl().replaceFirst("[?].*", "?currentSchema=shop"), role, "shop");
    producer = JdbcClient.create(producerConnections);
    transaction = new TransactionTemplate(new DataSourceTransactionManager(producerConnections));
  }

  @AfterAll
  static void stop() {
    second.close();
    server.close();
    admin("DROP OWNED BY " + role);
    admin("DROP ROLE " + role);
    database.close();
  }

  private static void admin(String sql) {
    database.jdbc().sql(sql).update();
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

  private String register(String namespace) {
    return server
        .client()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace(namespace)
                .addEvents("order.*")
                .setUrl(receiver.url("/").toString())
                .build())
        .getWebhookId();
  }

  private UUID push(String payload) {
    return producer
        .sql(PUSH)
        .param("namespace", namespace)
        .param("payload", payload)
        .query(UUID.class)
        .single();
  }

  private PushEventResponse pushByGrpc(String key, String payload) {
    return second
        .client()
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace(namespace)
                .setEvent("order.created")
                .setPayload(payload)
                .setIdempotencyKey(key)
                .build());
  }

  private UUID pushWithKey(String key, String payload) {
    return producer
        .sql(
            "SELECT httpqueue.push_event(:namespace, 'order.created', :payload::jsonb,"
                + " idempotency_key => :key)")
        .param("namespace", namespace)
        .param("payload", payload)
        .param("key", key)
        .query(UUID.class)
        .single();
  }

  private List<String> received() {
    return receiver.requests().stream().map(request -> request.header("webhook-id")).toList();
  }

  private List<String> stored() {
    return database
        .jdbc()
        .sql("SELECT id::text FROM event WHERE namespace = :namespace ORDER BY id")
        .param("namespace", namespace)
        .query(String.class)
        .list();
  }

  private void awaitEmptyInbox() {
    await()
        .until(
            () ->
                database
                    .jdbc()
                    .sql(
                        "SELECT NOT EXISTS (SELECT FROM event_inbox WHERE namespace = :namespace"
                            + " AND refused_at IS NULL)")
                    .param("namespace", namespace)
                    .query(Boolean.class)
                    .single());
  }

  @Test
  void anEventIsDeliveredIfItsTransactionCommitsAndNotBefore() {
    register(namespace);
    UUID[] pushed = new UUID[2];
    transaction.executeWithoutResult(
        status -> {
          pushed[0] = push("{}");
          status.setRollbackOnly();
        });
    transaction.executeWithoutResult(
        _ -> {
          pushed[1] = push("{\"b\":  1, \"a\": \"ü\"}");
          // Another transaction is through before this one ends.
          UUID between = push2();
          await().until(() -> received().contains(between.toString()));
          assertThat(received()).hasSize(1);
        });

    await().until(() -> received().size() == 2);
    ReceivedRequest request = receiver.requests().getLast();
    assertThat(request.header("webhook-id")).isEqualTo(pushed[1].toString());
    assertThat(request.header("HTTPQueue-Event")).isEqualTo("order.created");
    assertThat(request.text()).isEqualTo("{\"a\": \"ü\", \"b\": 1}");
    assertThat(stored()).hasSize(2).doesNotContain(pushed[0].toString());
  }

  /** On a connection of its own. */
  private UUID push2() {
    return JdbcClient.create(
            new DriverManagerDataSource(requireNonNull(producerConnections.getUrl()), role, "shop"))
        .sql(PUSH)
        .param("namespace", namespace)
        .param("payload", "{}")
        .query(UUID.class)
        .single();
  }

  @Test
  void theOptionsAreThoseOfPushEvent() {
    String webhook = register(namespace);
    register(namespace);
    long at = Instant.now().plus(Duration.ofHours(1)).getEpochSecond();
    String event =
        producer
            .sql(
                """
                SELECT httpqueue.push_event(namespace => :namespace, event => 'order.created', payload => 'null',
                  metadata => '{"region": "eu"}', ttl => interval '2 minutes',
                  deliver_at => to_timestamp(:at), webhook_ids => ARRAY[:webhook::uuid])::text
                """)
            .param("namespace", namespace)
            .param("at", at)
            .param("webhook", webhook)
            .query(String.class)
            .single();

    await().until(() -> deliveries(event).size() == 1);
    WebhookDelivery delivery = deliveries(event).getFirst();
    assertThat(delivery.getWebhookId()).isEqualTo(webhook);
    assertThat(delivery.getNextRetryAt()).isEqualTo(at);
    assertThat(delivery.getExpiresAt()).isEqualTo(at + 120);
    assertThat(
            database
                .jdbc()
                .sql("SELECT metadata->>'region' FROM event WHERE id = :id::uuid")
                .param("id", event)
                .query(String.class)
                .single())
        .isEqualTo("eu");
  }

  private static List<WebhookDelivery> deliveries(String event) {
    try {
      return server
          .client()
          .getWebhookStatus(GetWebhookStatusRequest.newBuilder().setEventId(event).build())
          .getDeliveriesList();
    } catch (StatusRuntimeException e) {
      return List.of();
    }
  }

  @Test
  void aKeyStandsForOneEventByWhicheverWayItIsPushed() {
    register(namespace);
    String first = pushWithKey("a", "{}").toString();
    String sameAgain = pushWithKey("a", "{}").toString();
    awaitEmptyInbox();
    assertThat(stored()).containsExactly(first);
    assertThat(pushByGrpc("a", "{}").getEventId()).isEqualTo(first).isNotEqualTo(sameAgain);

    String byGrpc = pushByGrpc("b", "{}").getEventId();
    pushWithKey("b", "{}");
    UUID refused = pushWithKey("b", "{\"another\": 1}");
    awaitEmptyInbox();
    assertThat(stored()).containsExactly(first, byGrpc);
    assertThat(
            database
                .jdbc()
                .sql("SELECT refused_because FROM event_inbox WHERE id = :id")
                .param("id", refused)
                .query(String.class)
                .single())
        .isEqualTo("its idempotency key was used for event " + byGrpc);
  }

  @Test
  void eventsOfManyTransactionsAreEachAcceptedOnceAndInTheirOrder() throws Exception {
    String webhook = register(namespace);
    admin("UPDATE webhook SET ordering = 'BY_KEY' WHERE id = '%s'".formatted(webhook));
    int transactions = 100;
    int each = 20;
    List<Future<List<String>>> pushers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < transactions; i++) {
        String key = "k" + i;
        pushers.add(threads.submit(() -> pushMany(key, each)));
      }
    }
    awaitEmptyInbox();
    List<String> all = stored();
    assertThat(all).hasSize(transactions * each).doesNotHaveDuplicates();
    Map<String, List<String>> byKey =
        database
            .jdbc()
            .sql(
                "SELECT ordering_key, array_agg(event_id::text ORDER BY id) AS events FROM delivery"
                    + " WHERE webhook_id = :id::uuid GROUP BY ordering_key")
            .param("id", webhook)
            .query(
                (row, _) ->
                    Map.entry(
                        row.getString("ordering_key"),
                        List.of((String[]) row.getArray("events").getArray())))
            .list()
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    for (int i = 0; i < transactions; i++) {
      assertThat(byKey.get("k" + i)).isEqualTo(pushers.get(i).get());
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> new HashSet<>(received()).size() == transactions * each);
    assertThat(received()).containsExactlyInAnyOrderElementsOf(all);
  }

  private List<String> pushMany(String key, int count) {
    return producer
        .sql(
            """
            SELECT httpqueue.push_event(:namespace, 'order.created', to_jsonb(n), ordering_key => :key)::text
            FROM generate_series(1, :count) AS n
            """)
        .param("namespace", namespace)
        .param("key", key)
        .param("count", count)
        .query(String.class)
        .list();
  }

  @Test
  void whatIsWrongIsSaidAllAtOnceAndNothingIsPushed() {
    DataAccessException failure =
        catchThrowableOfType(
            DataAccessException.class,
            () ->
                producer
                    .sql(
                        """
                        SELECT httpqueue.push_event('a b', '', NULL, '[1]', interval '31 days', 'ü', repeat('k', 256),
                          now() + interval '31 days', ARRAY[NULL]::uuid[])
                        """)
                    .query(UUID.class)
                    .single());
    SQLException cause = (SQLException) failure.getMostSpecificCause();
    assertThat(cause.getSQLState()).isEqualTo("22023");
    assertThat(cause.getMessage())
        .contains("invalid event: namespace is 'a b', must be")
        .contains(
            "event is ''",
            "payload is null",
            "metadata is a JSON array",
            "ttl is 31 days",
            "idempotency_key has 1 characters",
            "ordering_key has 256",
            "deliver_at is",
            "webhook_ids must");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "payload => jsonb_build_array(repeat('x', 1048576))",
        "payload => (repeat('[', 501) || repeat(']', 501))::jsonb",
        "payload => ('[' || repeat('1', 1001) || ']')::jsonb",
        "payload => '1', metadata => '{\"a\": 1}'",
        "payload => '1', metadata => jsonb_build_object('a', repeat('x', 16384))",
        "payload => '1', ttl => interval '0.5 seconds'",
        "payload => '1', ordering_key => ''",
        "payload => '1', ordering_key => 'k', deliver_at => now()",
        "payload => '1', idempotency_key => 'a b'",
        "payload => '1', webhook_ids => array_fill(gen_random_uuid(), ARRAY[101])"
      })
  void eachRuleIsHeld(String arguments) {
    assertThatThrownBy(
            () ->
                producer
                    .sql("SELECT httpqueue.push_event('shop', 'e', %s)".formatted(arguments))
                    .query(UUID.class)
                    .single())
        .rootCause()
        .message()
        .startsWith("ERROR: invalid event: ")
        .doesNotContain("; ");
  }

  @Test
  void theMostThatIsAllowedIsTaken() {
    List<UUID> pushed =
        producer
            .sql(
                """
                SELECT httpqueue.push_event(:namespace, repeat('e', 255), payload,
                  metadata => (SELECT jsonb_object_agg('k' || n, repeat('v', 250)) FROM generate_series(10, 73) AS n))
                FROM (VALUES (jsonb_build_array(repeat('x', 1048572))),
                  ((repeat('[', 500) || repeat(']', 500))::jsonb),
                  (to_jsonb(repeat('1', 2000))),
                  (('[' || repeat('1', 1000) || ']')::jsonb)) AS v (payload)
                """)
            .param("namespace", namespace)
            .query(UUID.class)
            .list();
    await().until(() -> stored().size() == pushed.size());
  }

  @Test
  void aTypeThatRejectsOnlyWarnsOfWhatWasCommittedAlready() {
    server
        .client()
        .putEventType(
            PutEventTypeRequest.newBuilder()
                .setEventType(
                    EventType.newBuilder()
                        .setNamespace(namespace)
                        .setName("order.created")
                        .setJsonSchema("{\"type\": \"object\"}")
                        .setMode(SchemaMode.SCHEMA_MODE_REJECT))
                .build());
    UUID pushed = push("7");
    await().until(() -> stored().equals(List.of(pushed.toString())));
  }

  @Test
  void anEventOfADayOnWhichNoServerRanIsAccepted() {
    UUID old =
        database
            .jdbc()
            .sql(
                "INSERT INTO event_inbox (id, namespace, name, payload, metadata)"
                    + " VALUES (uuid_v7(now() - interval '8 days'), :namespace, 'e', '1', '{}')"
                    + " RETURNING id")
            .param("namespace", namespace)
            .query(UUID.class)
            .single();
    awaitEmptyInbox();
    assertThat(stored()).containsExactly(old.toString());
  }

  @Test
  void anEventThatCanNeverBeStoredDoesNotHoldUpTheOthers() {
    // Its day has no partition.
    UUID old = UUID.fromString("00000000-0000-7000-8000-000000000000");
    database
        .jdbc()
        .sql(
            "INSERT INTO event_inbox (id, namespace, name, payload, metadata) VALUES (:id,"
                + " :namespace, 'e', '1', '{}')")
        .param("id", old)
        .param("namespace", namespace)
        .update();
    List<UUID> pushed = IntStream.range(0, 3).mapToObj(i -> push("1")).toList();

    awaitEmptyInbox();
    assertThat(stored()).containsExactlyElementsOf(pushed.stream().map(UUID::toString).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT FROM public.event_inbox",
        "INSERT INTO public.event_inbox SELECT * FROM public.event_inbox",
        "DELETE FROM public.event_inbox",
        "SELECT FROM public.event",
        "SELECT FROM public.webhook",
        "SELECT FROM public.delivery",
        "SELECT FROM public.idempotency_key",
        "SELECT FROM public.jobrunr_jobs",
        "CREATE TABLE public.mine (id int)",
        "CREATE TABLE httpqueue.mine (id int)",
        "CREATE FUNCTION httpqueue.push_event(text) RETURNS int LANGUAGE sql RETURN 1",
        "DROP FUNCTION httpqueue.push_event",
        "SET ROLE postgres"
      })
  void aProducerMayDoNothingElse(String statement) {
    assertThatThrownBy(() -> producer.sql(statement).update())
        .rootCause()
        .isInstanceOfSatisfying(
            SQLException.class, cause -> assertThat(cause.getSQLState()).isEqualTo("42501"));
  }

  @Test
  void tablesOfAProducersOwnAreNotTakenForOurs() {
    transaction.executeWithoutResult(
        _ -> {
          producer.sql("CREATE TEMPORARY TABLE event_inbox (id uuid) ON COMMIT DROP").update();
          push("{}");
        });
    await().until(() -> stored().size() == 1);
  }

  @Test
  void othersMayNotPush() {
    String stranger = role + "_stranger";
    admin("CREATE ROLE %s LOGIN PASSWORD 'shop'".formatted(stranger));
    try {
      JdbcClient jdbc =
          JdbcClient.create(
              new DriverManagerDataSource(
                  requireNonNull(producerConnections.getUrl()), stranger, "shop"));
      assertThatThrownBy(
              () -> jdbc.sql("SELECT httpqueue.push_event('a', 'b', '1')").query().listOfRows())
          .rootCause()
          .hasMessageContaining("permission denied");
    } finally {
      admin("DROP ROLE " + stranger);
    }
  }

  @Test
  void theExamplesWorkAndAreThoseOfTheDocumentation() throws Exception {
    OutboxExamples.Orders orders = new OutboxExamples.Orders(producer);
    transaction.executeWithoutResult(_ -> orders.place(1, 100));
    assertThatThrownBy(() -> transaction.executeWithoutResult(_ -> orders.place(1, 200)));
    UUID second = OutboxExamples.place(producerConnections, 2, 300);
    assertThatThrownBy(() -> OutboxExamples.place(producerConnections, 2, 400));
    namespace = "shop";
    await().until(() -> stored().size() == 2);
    assertThat(stored()).contains(second.toString());

    String page = Files.readString(Path.of("docs/outbox.md"));
    String source = Files.readString(Path.of("src/test/java/io/httpqueue/e2e/OutboxExamples.java"));
    Matcher example =
        Pattern.compile("  // example: (\\w+)\n(.*?)\n+  // end", Pattern.DOTALL).matcher(source);
    int found = 0;
    while (example.find()) {
      assertThat(page).contains(example.group(2).stripTrailing().replaceAll("(?m)^  ", ""));
      found++;
    }
    assertThat(found).isEqualTo(2);
  }
}
