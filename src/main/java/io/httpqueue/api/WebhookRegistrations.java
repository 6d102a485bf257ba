package io.httpqueue.api;

import io.httpqueue.api.v1.PauseWebhookRequest;
import io.httpqueue.api.v1.PauseWebhookResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookResponse;
import io.httpqueue.api.v1.RegisteredWebhook;
import io.httpqueue.api.v1.ResumeWebhookRequest;
import io.httpqueue.api.v1.ResumeWebhookResponse;
import io.httpqueue.api.v1.RotateSecretRequest;
import io.httpqueue.api.v1.RotateSecretResponse;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookResponse;
import io.httpqueue.api.v1.UpdateWebhookRequest;
import io.httpqueue.api.v1.UpdateWebhookResponse;
import io.httpqueue.delivery.ReceiverHealth;
import io.httpqueue.delivery.WebhookChanges;
import io.httpqueue.delivery.WebhookUnregistration;
import io.httpqueue.webhook.ClientCertificate;
import io.httpqueue.webhook.RotatedSecret;
import io.httpqueue.webhook.SecretChoice;
import io.httpqueue.webhook.SignedWebhook;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import io.httpqueue.webhook.WebhookSecrets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Registers, changes and unregisters webhooks, and replaces their secrets, on behalf of clients. A
 * change is in force on every server when it is answered. Thread-safe.
 */
@Component
class WebhookRegistrations {

  private final WebhookRegistry registry;
  private final WebhookSecrets secrets;
  private final WebhookChanges changes;
  private final WebhookUnregistration unregistration;
  private final ReceiverHealth health;
  private final ReceiverRules receiverRules;
  private final WebhookLookup lookup;
  private final WebhookMessages messages;

  WebhookRegistrations(
      WebhookRegistry registry,
      WebhookSecrets secrets,
      WebhookChanges changes,
      WebhookUnregistration unregistration,
      ReceiverHealth health,
      ReceiverRules receiverRules,
      WebhookLookup lookup,
      WebhookMessages messages) {
    this.registry = registry;
    this.secrets = secrets;
    this.changes = changes;
    this.unregistration = unregistration;
    this.health = health;
    this.receiverRules = receiverRules;
    this.lookup = lookup;
    this.messages = messages;
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
    WebhookId webhookId = lookup.registered(new WebhookId(id.orElseThrow())).id();
    RotatedSecret rotated = secrets.rotate(webhookId, choice);
    return RotateSecretResponse.newBuilder()
        .setSecret(rotated.secret().reveal())
        .setPublicKey(rotated.secret().publicKey().orElse(""))
        .setPreviousExpiresAt(rotated.previousExpiresAt().map(Instant::getEpochSecond).orElse(0L))
        .build();
  }

  UpdateWebhookResponse update(UpdateWebhookRequest request) {
    // Before the rest is looked at: whoever may not know of the webhook learns nothing else.
    Optional<Webhook> known =
        RequestRules.parseId("webhook_id", request.getWebhookId(), new Violations())
            .map(id -> lookup.registered(new WebhookId(id)));
    UpdateWebhookRules.Change change = UpdateWebhookRules.read(request, receiverRules::check);
    WebhookId id = known.orElseThrow().id();
    RegisteredWebhook webhook =
        announced(registry.update(id, change::applyTo, change.certificate()));
    return UpdateWebhookResponse.newBuilder().setWebhook(webhook).build();
  }

  PauseWebhookResponse pause(PauseWebhookRequest request) {
    RegisteredWebhook webhook = announced(registry.pause(registered(request.getWebhookId())));
    return PauseWebhookResponse.newBuilder().setWebhook(webhook).build();
  }

  ResumeWebhookResponse resume(ResumeWebhookRequest request) {
    Webhook resumed = registry.resume(registered(request.getWebhookId()));
    // Before the lane is woken: it does not start before the time that its receiver was given.
    health.forget(resumed.id());
    RegisteredWebhook webhook = announced(resumed);
    return ResumeWebhookResponse.newBuilder().setWebhook(webhook).build();
  }

  UnregisterWebhookResponse unregister(UnregisterWebhookRequest request) {
    Webhook webhook = lookup.known(WebhookLookup.id(request.getWebhookId()));
    try {
      unregistration.unregister(webhook.id());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallInterruptedException(e);
    }
    return UnregisterWebhookResponse.newBuilder()
        .setSuccess(true)
        .setMessage("Webhook unregistered")
        .build();
  }

  private WebhookId registered(String webhookId) {
    return lookup.registered(WebhookLookup.id(webhookId)).id();
  }

  private RegisteredWebhook announced(Webhook changed) {
    try {
      changes.announce(changed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CallInterruptedException(e);
    }
    return messages.of(changed);
  }
}
