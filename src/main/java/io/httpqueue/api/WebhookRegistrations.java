package io.httpqueue.api;

import io.httpqueue.api.v1.PauseWebhookRequest;
import io.httpqueue.api.v1.PauseWebhookResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookResponse;
import io.httpqueue.api.v1.RegisteredWebhook;
import io.httpqueue.api.v1.ResumeWebhookRequest;
import io.httpqueue.api.v1.ResumeWebhookResponse;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookResponse;
import io.httpqueue.api.v1.UpdateWebhookRequest;
import io.httpqueue.api.v1.UpdateWebhookResponse;
import io.httpqueue.delivery.ReceiverHealth;
import io.httpqueue.delivery.WebhookChanges;
import io.httpqueue.delivery.WebhookUnregistration;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import org.springframework.stereotype.Component;

/**
 * Registers, changes and unregisters webhooks on behalf of clients. A change is in force on every
 * server when it is answered. Thread-safe.
 */
@Component
class WebhookRegistrations {

  private final WebhookRegistry registry;
  private final WebhookChanges changes;
  private final WebhookUnregistration unregistration;
  private final ReceiverHealth health;
  private final WebhookLookup lookup;
  private final WebhookMessages messages;

  WebhookRegistrations(
      WebhookRegistry registry,
      WebhookChanges changes,
      WebhookUnregistration unregistration,
      ReceiverHealth health,
      WebhookLookup lookup,
      WebhookMessages messages) {
    this.registry = registry;
    this.changes = changes;
    this.unregistration = unregistration;
    this.health = health;
    this.lookup = lookup;
    this.messages = messages;
  }

  RegisterWebhookResponse register(RegisterWebhookRequest request) {
    Webhook webhook = registry.register(RegisterWebhookRules.read(request));
    return RegisterWebhookResponse.newBuilder()
        .setWebhookId(webhook.id().toString())
        .setSuccess(true)
        .setMessage("Webhook registered")
        .setCreatedAt(webhook.createdAt().getEpochSecond())
        .build();
  }

  UpdateWebhookResponse update(UpdateWebhookRequest request) {
    UpdateWebhookRules.Change change = UpdateWebhookRules.read(request);
    WebhookId id = registered(request.getWebhookId());
    RegisteredWebhook webhook = announced(registry.update(id, change::applyTo));
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
