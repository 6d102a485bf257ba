package io.httpqueue.api;

import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.ListWebhooksResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookResponse;
import io.httpqueue.api.v1.RegisteredWebhook;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookResponse;
import io.httpqueue.delivery.WebhookUnregistration;
import io.httpqueue.webhook.ClientCertificate;
import io.httpqueue.webhook.NewWebhook;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookPage;
import io.httpqueue.webhook.WebhookQuery;
import io.httpqueue.webhook.WebhookRegistry;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Registers, unregisters and lists webhooks on behalf of clients. Thread-safe. */
@Component
class WebhookRegistrations {

  private final WebhookRegistry registry;
  private final WebhookUnregistration unregistration;
  private final ReceiverRules receiverRules;

  WebhookRegistrations(
      WebhookRegistry registry, WebhookUnregistration unregistration, ReceiverRules receiverRules) {
    this.registry = registry;
    this.unregistration = unregistration;
    this.receiverRules = receiverRules;
  }

  RegisterWebhookResponse register(RegisterWebhookRequest request) {
    Violations violations = new Violations();
    Optional<ClientCertificate> certificate = receiverRules.check(request, violations);
    NewWebhook asked = RegisterWebhookRules.read(request, violations);
    Webhook webhook =
        certificate.isPresent()
            ? registry.register(asked, certificate.get())
            : registry.register(asked);
    return RegisterWebhookResponse.newBuilder()
        .setWebhookId(webhook.id().toString())
        .setSuccess(true)
        .setMessage("Webhook registered")
        .setCreatedAt(webhook.createdAt().getEpochSecond())
        .build();
  }

  UnregisterWebhookResponse unregister(UnregisterWebhookRequest request) {
    Violations violations = new Violations();
    Optional<UUID> id = RequestRules.parseId("webhook_id", request.getWebhookId(), violations);
    violations.throwIfAny();
    try {
      unregistration.unregister(new WebhookId(id.orElseThrow()));
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
    for (Webhook webhook : page.webhooks()) {
      RegisteredWebhook message = message(webhook);
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

  private static RegisteredWebhook message(Webhook webhook) {
    return RegisteredWebhook.newBuilder()
        .setWebhookId(webhook.id().toString())
        .setNamespace(webhook.namespace())
        .addAllEvents(webhook.eventPatterns())
        .setUrl(webhook.url().toString())
        .putAllHeaders(webhook.headers())
        .setTimeout(Math.toIntExact(webhook.timeout().toSeconds()))
        .setActive(webhook.active())
        .setDescription(webhook.description())
        .setCreatedAt(webhook.createdAt().getEpochSecond())
        .setUpdatedAt(webhook.updatedAt().getEpochSecond())
        .setClientCertificateExpiresAt(
            webhook.clientCertificateExpiresAt() == null
                ? 0
                : webhook.clientCertificateExpiresAt().getEpochSecond())
        .build();
  }

  private static int saturated(long total) {
    return (int) Math.min(total, Integer.MAX_VALUE);
  }
}
