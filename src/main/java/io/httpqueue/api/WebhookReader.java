package io.httpqueue.api;

import io.httpqueue.api.v1.GetWebhookRequest;
import io.httpqueue.api.v1.GetWebhookResponse;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.ListWebhooksResponse;
import io.httpqueue.api.v1.RegisteredWebhook;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookPage;
import io.httpqueue.webhook.WebhookQuery;
import io.httpqueue.webhook.WebhookRegistry;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Reads webhooks on behalf of clients. Thread-safe. */
@Component
class WebhookReader {

  private final WebhookRegistry registry;
  private final WebhookLookup lookup;
  private final WebhookMessages messages;

  WebhookReader(WebhookRegistry registry, WebhookLookup lookup, WebhookMessages messages) {
    this.registry = registry;
    this.lookup = lookup;
    this.messages = messages;
  }

  GetWebhookResponse get(GetWebhookRequest request) {
    Webhook webhook = lookup.known(WebhookLookup.id(request.getWebhookId()));
    return GetWebhookResponse.newBuilder().setWebhook(messages.of(webhook)).build();
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
    for (RegisteredWebhook message : messages.of(page.webhooks())) {
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

  private static int saturated(long total) {
    return (int) Math.min(total, Integer.MAX_VALUE);
  }
}
