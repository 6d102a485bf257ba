package io.httpqueue.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.httpqueue.api.v1.ClientCertificate;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisteredWebhook;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import io.httpqueue.testing.BlockedAddresses;
import io.httpqueue.testing.IssuedCertificate;
import io.httpqueue.testing.IssuedCertificate.Wish;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedNames;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where requests may go, from the call to the socket. Of this machine 127.0.0.1 is allowed. */
class EgressDeliveryTest {

  private static final IssuedCertificate SERVER =
      IssuedCertificate.selfSigned(Wish.of("receiver").withNames("ip:127.0.0.1"));
  private static final IssuedCertificate AUTHORITY =
      IssuedCertificate.selfSigned(Wish.of("authority").thatIssues());

  @TempDir private static Path directory;

  private static TestDatabase database;
  private static TestServer server;

  private final String namespace = "test-" + UUID.randomUUID();

  @BeforeAll
  static void start() throws IOException {
    Path authorities = Files.writeString(directory.resolve("ca.pem"), SERVER.chainPem());
    database = TestPostgres.freshDatabase();
    server =
        TestServer.start(
            database,
            "httpqueue.egress.allow=127.0.0.1",
            "httpqueue.egress.ca-bundle=" + authorities);
  }

  @AfterAll
  static void stop() {
    server.close();
    database.close();
  }

  @Test
  void noBlockedAddressCanBeRegistered() throws Exception {
    for (Map.Entry<String, String> blocked : BlockedAddresses.but("127.0.0.1").entrySet()) {
      StatusRuntimeException failure =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> register(url("http://" + blocked.getKey() + ":8080/")));

      assertThat(failure).as(blocked.getKey()).isNotNull();
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      BadRequest details =
          Objects.requireNonNull(StatusProto.fromThrowable(failure))
              .getDetails(0)
              .unpack(BadRequest.class);
      assertThat(details.getFieldViolationsList()).hasSize(1);
      assertThat(details.getFieldViolations(0).getField()).isEqualTo("url");
      assertThat(details.getFieldViolations(0).getDescription()).contains(blocked.getValue());
    }
    assertThat(count("webhook")).isZero();
  }

  /** As for webhooks that an older server has taken, or that were allowed until now. */
  @Test
  void aWebhookWithABlockedAddressFailsAtOnceWithoutARequest() {
    Map<String, String> blocked = BlockedAddresses.but("127.0.0.1");
    Map<String, String> reasons =
        blocked.entrySet().stream()
            .collect(
                Collectors.toMap(
                    address -> registerUnchecked("http://" + address.getKey() + ":8080/"),
                    Map.Entry::getValue));

    List<WebhookDelivery> deliveries = endedDeliveries(push(), blocked.size());

    assertThat(deliveries)
        .allSatisfy(
            delivery -> {
              assertThat(delivery.getStatus())
                  .isEqualTo(WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED);
              assertThat(delivery.getAttemptCount()).isOne();
              assertThat(delivery.getErrorMessage())
                  .startsWith("requests may not go to ")
                  .contains(reasons.get(delivery.getWebhookId()));
            });
  }

  @Test
  void aNameThatStandsForAnotherAddressByTheTimeOfTheAttemptGainsNothing() throws IOException {
    AtomicInteger lookUps = new AtomicInteger();
    ScriptedNames.script(
        "rebinding.test",
        () -> addresses(lookUps.getAndIncrement() == 0 ? "127.0.0.1" : "127.0.0.2"));
    try (ServerSocket trap = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.2"))) {
      register(url("http://rebinding.test:" + trap.getLocalPort() + "/"));

      WebhookDelivery delivery = endedDeliveries(push(), 1).getFirst();

      assertThat(delivery.getStatus())
          .isEqualTo(WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED);
      assertThat(delivery.getErrorMessage())
          .isEqualTo("requests may not go to 127.0.0.2, which is loopback");
      assertThat(lookUps).hasValue(2);
      assertNobodyCalled(trap);
    }
  }

  @Test
  void ofTwoAddressesOnlyTheAllowedOneIsConnectedTo() throws IOException {
    ScriptedNames.script("mixed.test", () -> addresses("127.0.0.2", "10.0.0.1", "127.0.0.1"));
    try (ScriptedReceiver receiver = ScriptedReceiver.start();
        ServerSocket trap =
            new ServerSocket(receiver.port(), 10, InetAddress.ofLiteral("127.0.0.2"))) {
      register(url("http://mixed.test:" + receiver.port() + "/hook"));

      assertThat(endedDeliveries(push(), 1).getFirst().getStatus())
          .isEqualTo(WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS);
      assertThat(receiver.requestsTo("/hook").getFirst().header("Host"))
          .isEqualTo("mixed.test:" + receiver.port());
      assertNobodyCalled(trap);
    }
  }

  @Test
  void aNameThatCannotBeLookedUpNowIsRegisteredWithinTwoSeconds() {
    CountDownLatch answered = new CountDownLatch(1);
    ScriptedNames.script(
        "silent.test",
        () -> {
          try {
            answered.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new UnknownHostException("silent.test");
        });
    long start = System.nanoTime();
    try {
      assertThat(register(url("https://silent.test/"))).isNotEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(1_900), Duration.ofSeconds(20));
    } finally {
      answered.countDown();
    }
    assertThat(register(url("https://unknown.test/"))).isNotEmpty();
  }

  @Test
  void aNameOfABlockedAddressCannotBeRegistered() {
    ScriptedNames.script("inside.test", () -> addresses("10.0.0.1", "fd00::1"));

    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> register(url("https://inside.test/").setTimeout(-1)));

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(Objects.requireNonNull(StatusProto.fromThrowable(failure)).toString())
        .contains("fd00:0:0:0:0:0:0:1, which is unique-local")
        .contains("timeout");
  }

  @Test
  void aClientCertificateIsShownByItsOwnWebhookAlone() {
    IssuedCertificate issued = AUTHORITY.issue(Wish.of("alice"));
    try (ScriptedReceiver receiver = ScriptedReceiver.startCuriousTls(SERVER.server(AUTHORITY))) {
      String with =
          register(
              url(receiver.url("/with").toString())
                  .setClientCertificate(
                      ClientCertificate.newBuilder()
                          .setCertificateChain(issued.chainPem())
                          .setPrivateKey(issued.keyPem())));
      String without = register(url(receiver.url("/without").toString()));

      for (int i = 0; i < 3; i++) {
        endedDeliveries(push(), 2);
      }

      assertThat(receiver.requestsTo("/with"))
          .extracting(ReceivedRequest::client)
          .containsExactly("CN=alice", "CN=alice", "CN=alice");
      assertThat(receiver.requestsTo("/without"))
          .extracting(ReceivedRequest::client)
          .containsExactly(null, null, null);
      assertThat(connections(receiver, "/with"))
          .doesNotContainAnyElementsOf(connections(receiver, "/without"));
      assertThat(webhook(with).getClientCertificateExpiresAt())
          .isEqualTo(issued.chain().getFirst().getNotAfter().toInstant().getEpochSecond());
      assertThat(webhook(without).getClientCertificateExpiresAt()).isZero();
      server
          .client()
          .unregisterWebhook(UnregisterWebhookRequest.newBuilder().setWebhookId(with).build());
      assertThat(count("webhook_client_certificate")).isZero();
    }
  }

  private static List<Integer> connections(ScriptedReceiver receiver, String path) {
    return receiver.requestsTo(path).stream().map(ReceivedRequest::connection).toList();
  }

  private RegisterWebhookRequest.Builder url(String url) {
    return RegisterWebhookRequest.newBuilder().setNamespace(namespace).addEvents("*").setUrl(url);
  }

  private String register(RegisterWebhookRequest.Builder request) {
    return server.client().registerWebhook(request.build()).getWebhookId();
  }

  private String registerUnchecked(String url) {
    String webhook = register(url("http://127.0.0.1:1/"));
    database
        .jdbc()
        .sql("UPDATE webhook SET url = :url WHERE id = :id")
        .param("url", url)
        .param("id", UUID.fromString(webhook))
        .update();
    return webhook;
  }

  private RegisteredWebhook webhook(String id) {
    return server
        .client()
        .listWebhooks(ListWebhooksRequest.newBuilder().setNamespace(namespace).build())
        .getWebhooksList()
        .stream()
        .filter(webhook -> webhook.getWebhookId().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private String push() {
    return server
        .client()
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace(namespace)
                .setEvent("order.created")
                .setPayload("1")
                .build())
        .getEventId();
  }

  private static List<WebhookDelivery> endedDeliveries(String event, int count) {
    GetWebhookStatusRequest request =
        GetWebhookStatusRequest.newBuilder().setEventId(event).setPageSize(500).build();
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> server.client().getWebhookStatus(request).getDeliveriesList(),
            found ->
                found.size() == count
                    && found.stream()
                        .map(WebhookDelivery::getStatus)
                        .allMatch(EgressDeliveryTest::isFinal));
  }

  private static boolean isFinal(WebhookDeliveryStatus status) {
    return status == WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS
        || status == WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED;
  }

  private long count(String table) {
    String where = table.equals("webhook") ? " WHERE namespace = '%s'".formatted(namespace) : "";
    return database.jdbc().sql("SELECT count(*) FROM " + table + where).query(Long.class).single();
  }

  private static void assertNobodyCalled(ServerSocket trap) throws IOException {
    trap.setSoTimeout(50);
    assertThat(catchThrowableOfType(SocketTimeoutException.class, trap::accept)).isNotNull();
  }

  private static InetAddress[] addresses(String... texts) {
    InetAddress[] addresses = new InetAddress[texts.length];
    for (int i = 0; i < texts.length; i++) {
      addresses[i] = InetAddress.ofLiteral(texts[i]);
    }
    return addresses;
  }
}
