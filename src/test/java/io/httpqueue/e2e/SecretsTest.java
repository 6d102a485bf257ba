package io.httpqueue.e2e;

import static io.httpqueue.api.v1.SigningScheme.SIGNING_SCHEME_ED25519;
import static io.httpqueue.api.v1.SigningScheme.SIGNING_SCHEME_HMAC_SHA256;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookResponse;
import io.httpqueue.api.v1.RegisteredWebhook;
import io.httpqueue.api.v1.RotateSecretRequest;
import io.httpqueue.api.v1.RotateSecretResponse;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.DatabaseText;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.SampleRows;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.SignatureVerifier;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What is signed and kept secret, from the registration to the receiver. */
@Isolated("What is logged is compared.")
@ExtendWith(OutputCaptureExtension.class)
class SecretsTest {

  private static final String FIRST_KEY = key(1);
  private static final String SECOND_KEY = key(2);

  private static TestDatabase database;
  private static TestServer server;
  private static UUID olderWebhook;

  private ScriptedReceiver receiver;
  private String namespace;

  @BeforeAll
  static void startServer() {
    database = TestPostgres.freshDatabase();
    olderWebhook = new SampleRows(database.jdbc()).webhook();
    database
        .jdbc()
        .sql("UPDATE webhook SET headers = '{\"X-Token\": \"older\"}' WHERE id = :id")
        .param("id", olderWebhook)
        .update();
    server = start("first:%s,second:%s".formatted(FIRST_KEY, SECOND_KEY));
  }

  @AfterAll
  static void stopServer() {
    server.close();
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

  private static TestServer start(String keys) {
    return TestServer.start(
        database,
        "httpqueue.encryption.keys=" + keys,
        // More than anybody would turn on: what is secret is not there either.
        "httpqueue.log.level=debug");
  }

  private static String key(int number) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) number);
    return Base64.getEncoder().encodeToString(key);
  }

  private RegisterWebhookRequest.Builder request(String path) {
    return RegisterWebhookRequest.newBuilder()
        .setNamespace(namespace)
        .addEvents("*")
        .setUrl(receiver.url(path).toString());
  }

  private static RegisterWebhookResponse register(RegisterWebhookRequest.Builder request) {
    return server.client().registerWebhook(request.build());
  }

  private static RotateSecretResponse rotate(RotateSecretRequest.Builder request) {
    return server.client().rotateSecret(request.build());
  }

  private static RotateSecretRequest.Builder rotation(String webhook) {
    return RotateSecretRequest.newBuilder().setWebhookId(webhook);
  }

  private String push(String payload) {
    return push(server, payload);
  }

  private String push(TestServer to, String payload) {
    return to.client()
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace(namespace)
                .setEvent("e")
                .setPayload(payload)
                .build())
        .getEventId();
  }

  /** The first request to the path that takes the event there. */
  private ReceivedRequest received(String path, String event) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                receiver.requestsTo(path).stream()
                    .anyMatch(request -> request.header("webhook-id").equals(event)));
    return receiver.requestsTo(path).stream()
        .filter(request -> request.header("webhook-id").equals(event))
        .findFirst()
        .orElseThrow();
  }

  /** Whether the request is signed by the key: {@code whsec_…} or {@code whpk_…}. */
  private static boolean verifies(String key, ReceivedRequest request) {
    return SignatureVerifier.verifies(
        key,
        request.header("webhook-signature"),
        request.header("webhook-id"),
        request.header("webhook-timestamp"),
        request.body());
  }

  private RegisteredWebhook listed(String webhook) {
    return server
        .client()
        .listWebhooks(ListWebhooksRequest.newBuilder().setNamespace(namespace).build())
        .getWebhooksList()
        .stream()
        .filter(found -> found.getWebhookId().equals(webhook))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyAttemptIsSignedAsThePublishedLibraryVerifiesIt() {
    receiver.answer("/hmac", Answer.status(500), Answer.status(200));
    RegisterWebhookResponse webhook = register(request("/hmac"));
    String event = push("{\"name\":\"Zoë 🦆\", \"n\": 1.0}");
    await().until(() -> receiver.requestsTo("/hmac").size() == 2);

    for (ReceivedRequest request : receiver.requestsTo("/hmac")) {
      assertThat(request.header("webhook-id")).isEqualTo(event);
      assertThatCode(
              () -> new Webhook(webhook.getSecret()).verify(request.text(), request.headers()))
          .doesNotThrowAnyException();
      assertThatThrownBy(
              () ->
                  new Webhook(webhook.getSecret()).verify(request.text() + " ", request.headers()))
          .isInstanceOf(com.standardwebhooks.exceptions.WebhookVerificationException.class);
    }
    assertThat(webhook.getPublicKey()).isEmpty();
    assertThat(listed(webhook.getWebhookId()).getSigningScheme())
        .isEqualTo(SIGNING_SCHEME_HMAC_SHA256);
  }

  @Test
  void ed25519IsVerifiedByThePublicKeyThatTheApiAnswers() {
    RegisterWebhookResponse webhook =
        register(request("/ed").setSigningScheme(SIGNING_SCHEME_ED25519));
    ReceivedRequest request = received("/ed", push("{}"));

    assertThat(request.header("webhook-signature")).startsWith("v1a,");
    assertThat(verifies(webhook.getPublicKey(), request)).isTrue();
    assertThat(webhook.getSecret()).startsWith("whsk_");
    RegisteredWebhook listed = listed(webhook.getWebhookId());
    assertThat(listed.getSigningScheme()).isEqualTo(SIGNING_SCHEME_ED25519);
    assertThat(listed.getPublicKeysList()).containsExactly(webhook.getPublicKey());
  }

  @Test
  void whileASecretIsRotatedEachRequestOfABusyLaneVerifiesWithOldAndNew() {
    receiver.answer("/busy", Answer.status(200).after(Duration.ofMillis(5)));
    RegisterWebhookResponse old = register(request("/busy"));
    received("/busy", push("{}"));

    RotateSecretResponse fresh =
        rotate(rotation(old.getWebhookId()).setSigningScheme(SIGNING_SCHEME_ED25519));
    ReceivedRequest after = received("/busy", push("{}"));

    assertThat(verifies(old.getSecret(), after)).isTrue();
    assertThat(verifies(fresh.getPublicKey(), after)).as("at once on this server").isTrue();
    assertThat(after.header("webhook-signature")).matches("v1a,\\S+ v1,\\S+");
    assertThat(fresh.getPreviousExpiresAt() - Long.parseLong(after.header("webhook-timestamp")))
        .isBetween(86_400L - 120, 86_400L);
    assertThat(listed(old.getWebhookId()).getPublicKeysList())
        .containsExactly(fresh.getPublicKey());
  }

  @Test
  void aWrongSecretOrAnUnknownWebhookIsAnErrorWithoutTheSecret() {
    String webhook = register(request("/")).getWebhookId();
    String wrong = "whsec_dG9vIHNob3J0";

    assertThatThrownBy(() -> register(request("/").setSecret(wrong)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(e.getMessage()).contains("secret").doesNotContain("dG9v");
              assertThat(StatusProto.fromThrowable(e)).asString().doesNotContain("dG9v");
            });
    assertThatThrownBy(() -> rotate(rotation(webhook).setSecret(wrong)))
        .hasMessageContaining("INVALID_ARGUMENT")
        .hasMessageNotContaining("dG9v");
    assertThatThrownBy(() -> rotate(rotation(UUID.randomUUID().toString())))
        .hasMessageContaining("NOT_FOUND");
    assertThatThrownBy(() -> rotate(rotation("x"))).hasMessageContaining("INVALID_ARGUMENT");
  }

  @Test
  void nothingSecretIsInTheDatabaseOrTheLog(CapturedOutput output) {
    String own =
        "whsec_" + Base64.getEncoder().encodeToString("an owner's own secret!!!".getBytes(UTF_8));
    String header = "Bearer a-token-of-the-receiver";
    receiver.answer("/secret", Answer.status(500), Answer.status(200));
    RegisterWebhookResponse webhook =
        register(request("/secret").setSecret(own).putHeaders("X-Token", header));
    RotateSecretResponse second = rotate(rotation(webhook.getWebhookId()));
    RotateSecretResponse third =
        rotate(rotation(webhook.getWebhookId()).setSigningScheme(SIGNING_SCHEME_ED25519));
    String event = push("{}");
    await().until(() -> receiver.requestsTo("/secret").size() == 2);
    assertThat(received("/secret", event).header("X-Token")).isEqualTo(header);
    assertThat(listed(webhook.getWebhookId()).getHeadersMap()).containsEntry("X-Token", header);

    DatabaseText text = DatabaseText.of(database);
    assertThat(text.formsOf(namespace)).as("the search finds what is there").isNotEmpty();
    assertThat(text.formsOf(third.getPublicKey())).isNotEmpty();
    for (String secret :
        List.of(own, second.getSecret(), third.getSecret(), header, FIRST_KEY, SECOND_KEY)) {
      assertThat(text.formsOf(secret)).as("in the database").isEmpty();
      assertThat(DatabaseText.formsOf(output.toString(), secret)).as("in the log").isEmpty();
    }
  }

  @Test
  void headersThatAnOlderServerWroteAreEncryptedByAJobOfTheStart() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                database
                    .jdbc()
                    .sql("SELECT headers IS NULL FROM webhook WHERE id = :id")
                    .param("id", olderWebhook)
                    .query(Boolean.class)
                    .single());
  }

  @Test
  void theEncryptionKeyIsReplacedWhileAServerDelivers(CapturedOutput output) {
    RegisterWebhookResponse webhook = register(request("/keys").putHeaders("X-Token", "before"));
    received("/keys", push("{}"));

    // Its job may come to the other server first, which leaves it alone.
    try (TestServer newer = start("second:%s,first:%s".formatted(SECOND_KEY, FIRST_KEY))) {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () -> {
                push("{}");
                return keysInUse().equals(List.of("second"));
              });
      received("/keys", push("{}"));
      received("/keys", push(newer, "{}"));
    }
    assertThat(receiver.requestsTo("/keys"))
        .allSatisfy(
            request -> {
              assertThat(request.header("X-Token")).isEqualTo("before");
              assertThat(verifies(webhook.getSecret(), request)).isTrue();
            });
    assertThatThrownBy(() -> start("first:" + FIRST_KEY).close())
        .isInstanceOf(RuntimeException.class);
    assertThat(output)
        .contains("HTTPQueue did not start: the database holds values of webhook")
        .contains("under the encryption key second, which HTTPQUEUE_ENCRYPTION_KEYS does not have");
  }

  private static List<String> keysInUse() {
    return database
        .jdbc()
        .sql(
            """
            SELECT encryption_key(secret) FROM webhook_secret
            UNION SELECT encryption_key(headers_encrypted) FROM webhook
            WHERE headers_encrypted IS NOT NULL
            """)
        .query((row, _) -> row.getString(1))
        .list();
  }
}
