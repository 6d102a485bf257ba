package io.httpqueue.api;

import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.ListWebhooksResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookResponse;
import io.httpqueue.api.v1.RegisteredWebhook;
import io.httpqueue.api.v1.RotateSecretRequest;
import io.httpqueue.api.v1.RotateSecretResponse;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookResponse;
import io.httpqueue.delivery.WebhookUnregistration;
import io.httpqueue.webhook.ClientCertificate;
import io.httpqueue.webhook.PublicSigning;
import io.httpqueue.webhook.RotatedSecret;
import io.httpqueue.webhook.SecretChoice;
import io.httpqueue.webhook.SignedWebhook;
import io.httpqueue.webhook.UnknownWebhookException;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookPage;
import io.httpqueue.webhook.WebhookQuery;
import io.httpqueue.webhook.WebhookRegistry;
import io.httpqueue.webhook.WebhookSecrets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Registers, unregisters and lists webhooks, and replaces their secrets, on behalf of clients.
 * Thread-safe.
 */
@Component
class WebhookRegistrations {

  private final WebhookRegistry registry;
  private final WebhookSecrets secrets;
  private final WebhookUnregistration unregistration;
  private final ReceiverRules receiverRules;

  WebhookRegistrations(
      WebhookRegistry registry,
      WebhookSecrets secrets,
      WebhookUnregistration unregistration,
      ReceiverRules receiverRules) {
    this.registry = registry;
    this.secrets = secrets;
    this.unregistration = unregistration;
    this.receiverRules = receiverRules;
  }

  RegisterWebhookResponse register(RegisterWebhookRequest request) {
    Violations violations = new Violations();
    Optional<ClientCertificate> certificate = receiverRules.check(request, violations);
    SignedWebhook signed =
        secrets.register(
            RegisterWebhookRules.read(request, violations),
            SigningRules.read(request.getSecret(), request.getSigningScheme(), new Violations()),
            certificate.orElse(null));
    Webhook webhook = signed.webhook();
    return RegisterWebhookResponse.newBuilder()
        .setWebhookId(webhook.id().toString())
        .setSuccess(true)
        .setMessage("Webhook registered")
        .setCreatedAt(webhook.createdAt().getEpochSecond())
        .setSecret(signed.secret().reveal())
        .setPublicKey(signed.secret().publicKey().orElse(""))
        .build();
  }

  RotateSecretResponse rotate(RotateSecretRequest request) {
    Violations violations = new Violations();
    Optional<UUID> id = RequestRules.parseId("webhook_id", request.getWebhookId(), violations);
    SecretChoice choice =
        SigningRules.read(request.getSecret(), request.getSigningScheme(), violations);
    violations.throwIfAny();
    WebhookId webhookId = new WebhookId(id.orElseThrow());
    Caller.current()
        .visible(
            registry.find(webhookId),
            Webhook::namespace,
            () -> new UnknownWebhookException(webhookId));
    RotatedSecret rotated = secrets.rotate(webhookId, choice);
    return RotateSecretResponse.newBuilder()
        .setSecret(rotated.secret().reveal())
        .setPublicKey(rotated.secret().publicKey().orElse(""))
        .setPreviousExpiresAt(rotated.previousExpiresAt().map(Instant::getEpochSecond).orElse(0L))
        .build();
  }

  UnregisterWebhookResponse unregister(UnregisterWebhookRequest request) {
    Violations violations = new Violations();
    Optional<UUID> id = RequestRules.parseId("webhook_id", request.getWebhookId(), violations);
    violations.throwIfAny();
    WebhookId webhookId = new WebhookId(id.orElseThrow());
    Caller.current()
        .visible(
            registry.find(webhookId),
            Webhook::namespace,
            () -> new UnknownWebhookException(webhookId));
    try {
      unregistration.unregister(webhookId);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallInterruptedException(e);
    }
    return UnregisterWebhookResponse.newBuilder()
        .setSuccess(true)
        .setMessage("Webhook unregistered")
        .build();
  }

  ListWebhooksResponse list(ListWebhooksRequest request) {
    PageToken token =
        new PageToken(
            "ListWebhooks",
            request.getNamespace(),
            request.getEvent(),
            Boolean.toString(request.getActiveOnly()));
    WebhookPage page = registry.list(query(request, token));
    ListWebhooksResponse.Builder response =
        ListWebhooksResponse.newBuilder()
            .setTotalCount(saturated(page.total()))
            .setSuccess(true)
            .setMessage("%d webhooks".formatted(page.total()));
    ResponseBudget budget = new ResponseBudget();
    Map<WebhookId, PublicSigning> signing =
        secrets.describe(page.webhooks().stream().map(Webhook::id).toList());
    for (Webhook webhook : page.webhooks()) {
      RegisteredWebhook message =
          message(webhook, signing.getOrDefault(webhook.id(), PublicSigning.NONE));
      if (!budget.takes(message)) {
        break;
      }
      response.addWebhooks(message);
    }
    int count = response.getWebhooksCount();
    if (count > 0 && (page.hasMore() || count < page.webhooks().size())) {
      response.setNextPageToken(token.after(page.webhooks().get(count - 1).id().value()));
    }
    return response.build();
  }

  private static WebhookQuery query(ListWebhooksRequest request, PageToken token) {
    Violations violations = new Violations();
    NameRules.checkName("namespace", request.getNamespace(), violations);
    if (!request.getEvent().isEmpty()) {
      NameRules.checkName("event", request.getEvent(), violations);
    }
    int pageSize = RequestRules.pageSize(request.getPageSize(), violations);
    Optional<UUID> before = token.read(request.getPageToken(), violations);
    violations.throwIfAny();
    return new WebhookQuery(
        request.getNamespace(),
        request.getEvent().isEmpty() ? null : request.getEvent(),
        request.getActiveOnly(),
        pageSize,
        before.map(WebhookId::new).orElse(null));
  }

  static RegisteredWebhook message(Webhook webhook, PublicSigning signing) {
    return RegisteredWebhook.newBuilder()
        .setWebhookId(webhook.id().toString())
        .setNamespace(webhook.namespace())
        .addAllEvents(webhook.eventPatterns())
        .setUrl(webhook.url().toString())
        .putAllHeaders(Caller.current().visibleHeaders(webhook.headers()))
        .setTimeout(Math.toIntExact(webhook.timeout().toSeconds()))
        .setActive(webhook.active())
        .setDescription(webhook.definition().description())
        .setCreatedAt(webhook.createdAt().getEpochSecond())
        .setUpdatedAt(webhook.updatedAt().getEpochSecond())
        .setClientCertificateExpiresAt(
            webhook.clientCertificateExpiresAt() == null
                ? 0
                : webhook.clientCertificateExpiresAt().getEpochSecond())
        .setSigningScheme(SigningRules.message(signing.scheme()))
        .addAllPublicKeys(signing.publicKeys())
        .build();
  }

  private static int saturated(long total) {
    return (int) Math.min(total, Integer.MAX_VALUE);
  }
}
