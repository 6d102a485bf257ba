package io.httpqueue.verify;

import static io.httpqueue.api.v1.SigningScheme.SIGNING_SCHEME_ED25519;
import static io.httpqueue.api.v1.SigningScheme.SIGNING_SCHEME_HMAC_SHA256;

import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookResponse;
import io.httpqueue.api.v1.RotateSecretRequest;
import io.httpqueue.api.v1.RotateSecretResponse;
import io.httpqueue.api.v1.SigningScheme;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import io.httpqueue.harness.Await;
import io.httpqueue.harness.Cleanup;
import io.httpqueue.harness.HttpQueueServer;
import io.httpqueue.harness.HttpQueueServer.Launch;
import io.httpqueue.harness.Jvm;
import io.httpqueue.harness.Logging;
import io.httpqueue.harness.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Sends what a real server signs to receivers that verify by the published libraries, and ends with
 * 1 if one of them takes what it must refuse, or refuses what it must take.
 */
public final class VerifyExamples {

  private static final Path HOME = Path.of("target", "verify-examples");
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration ATTEMPT_LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int TAKEN = 204;
  private static final int REFUSED = 401;

  private static final List<String> PAYLOADS =
      List.of(
          "{\"name\": \"Zoë 🦆\", \"n\": 1.0,\t\"a\": \"\\u0000\"}",
          "0",
          "\"" + "long ".repeat(20_000) + "\"");

  private final HttpQueueServer server;
  private final List<String> failures = new ArrayList<>();

  private VerifyExamples(HttpQueueServer server) {
    this.server = server;
  }

  /**
   * Checks the receivers.
   *
   * @param args for each receiver {@code name=command}, its words separated by spaces
   */
  public static void main(String[] args) {
    Logging.warningsOnly();
    List<String> failures;
    int receivers = 0;
    try (Cleanup processes = new Cleanup()) {
      PostgresServer postgres =
          processes.add(
              PostgresServer.create(Path.of("target", "postgres"), HOME.resolve("postgres")));
      postgres.createDatabase("verify");
      HttpQueueServer server =
          processes.add(
              new HttpQueueServer(
                  "server",
                  new Launch(
                      Jvm.jar(
                          Path.of("target/httpqueue.jar").toAbsolutePath().toString(), List.of()),
                      // Receivers restart, and the first attempt may meet a kept-alive connection
                      // to
                      // the process that has gone.
                      Map.of(
                          "HTTPQUEUE_RETRY_MAX_ATTEMPTS",
                          "2",
                          "HTTPQUEUE_RETRY_FIRST_DELAY",
                          "100ms",
                          "OTEL_SDK_DISABLED",
                          "true")),
                  postgres.url("verify"),
                  HOME));
      server.awaitServing(START_LIMIT);
      VerifyExamples verify = new VerifyExamples(server);
      for (String arg : args) {
        int equals = arg.indexOf('=');
        List<String> command = List.of(arg.substring(equals + 1).split(" "));
        verify.check(processes.add(new ExampleReceiver(arg.substring(0, equals), command, HOME)));
        receivers++;
      }
      failures = verify.failures;
    }
    System.out.printf("%d receivers checked, %d failures%n", receivers, failures.size());
    System.exit(failures.isEmpty() && receivers > 0 ? 0 : 1);
  }

  private void check(ExampleReceiver receiver) {
    int before = failures.size();
    check(receiver, SIGNING_SCHEME_HMAC_SHA256);
    check(receiver, SIGNING_SCHEME_ED25519);
    if (failures.size() == before) {
      System.out.printf(
          "%s verifies HMAC-SHA256 and Ed25519, also while they are rotated, and refuses others%n",
          receiver);
    }
  }

  private void check(ExampleReceiver receiver, SigningScheme scheme) {
    RegisterWebhookResponse webhook = register(receiver, scheme);
    String old = key(webhook.getSecret(), webhook.getPublicKey());
    receiver.start(old);
    for (String payload : PAYLOADS) {
      expect(TAKEN, push(payload), receiver, scheme + ", a payload of " + payload.length());
    }

    RotateSecretResponse rotated =
        server
            .client()
            .rotateSecret(
                RotateSecretRequest.newBuilder().setWebhookId(webhook.getWebhookId()).build());
    String fresh = key(rotated.getSecret(), rotated.getPublicKey());
    expect(TAKEN, push("{}"), receiver, scheme + ", rotated, with the old key");
    receiver.start(fresh);
    expect(TAKEN, push("{}"), receiver, scheme + ", rotated, with the new key");
    unregister(webhook);

    RegisterWebhookResponse stranger = register(receiver, scheme);
    expect(REFUSED, push("{}"), receiver, scheme + ", signed by somebody else");
    unregister(stranger);
  }

  private static String key(String secret, String publicKey) {
    return publicKey.isEmpty() ? secret : publicKey;
  }

  private RegisterWebhookResponse register(ExampleReceiver receiver, SigningScheme scheme) {
    return server
        .client()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace("verify")
                .addEvents("*")
                .setUrl(receiver.url())
                .setSigningScheme(scheme)
                .build());
  }

  private void unregister(RegisterWebhookResponse webhook) {
    server
        .client()
        .unregisterWebhook(
            UnregisterWebhookRequest.newBuilder().setWebhookId(webhook.getWebhookId()).build());
  }

  private String push(String payload) {
    return server
        .client()
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace("verify")
                .setEvent("checked")
                .setPayload(payload)
                .build())
        .getEventId();
  }

  private void expect(int status, String event, ExampleReceiver receiver, String what) {
    Await.until(ATTEMPT_LIMIT, POLL, () -> hasEnded(delivery(event)));
    WebhookDelivery delivery = delivery(event);
    if (delivery.getResponseCode() != status) {
      String failure =
          "%s, %s: answered %d (%s), not %d"
              .formatted(
                  receiver, what, delivery.getResponseCode(), delivery.getErrorMessage(), status);
      System.out.println("FAILED: " + failure);
      failures.add(failure);
    }
  }

  private WebhookDelivery delivery(String event) {
    List<WebhookDelivery> found =
        server
            .client()
            .getWebhookStatus(GetWebhookStatusRequest.newBuilder().setEventId(event).build())
            .getDeliveriesList();
    return found.isEmpty() ? WebhookDelivery.getDefaultInstance() : found.getFirst();
  }

  private static boolean hasEnded(WebhookDelivery delivery) {
    return delivery.getStatus() == WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS
        || delivery.getStatus() == WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED;
  }
}
