package io.httpqueue.api;

import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.GetWebhookStatusRequest.IdentifierCase;
import io.httpqueue.api.v1.GetWebhookStatusResponse;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.delivery.Delivery;
import io.httpqueue.delivery.DeliveryHistory;
import io.httpqueue.delivery.DeliveryId;
import io.httpqueue.delivery.DeliveryPage;
import io.httpqueue.delivery.DeliveryQuery;
import io.httpqueue.delivery.DeliveryQuery.Subject;
import io.httpqueue.delivery.DeliveryQuery.Subject.OfEvent;
import io.httpqueue.delivery.DeliveryQuery.Subject.OfWebhook;
import io.httpqueue.delivery.DeliveryStatus;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Tells clients what became of their deliveries. Thread-safe. */
@Component
class DeliveryStatusReader {

  /** Fifteen attempts with an answer of 4 KiB each make 6 MiB of a hundred deliveries. */
  private static final int MAX_PAGE_WITH_ATTEMPTS = 100;

  private final DeliveryHistory history;
  private final WebhookRegistry registry;

  DeliveryStatusReader(DeliveryHistory history, WebhookRegistry registry) {
    this.history = history;
    this.registry = registry;
  }

  GetWebhookStatusResponse read(GetWebhookStatusRequest request) {
    String id =
        request.getIdentifierCase() == IdentifierCase.EVENT_ID
            ? request.getEventId()
            : request.getWebhookId();
    PageToken token =
        new PageToken(
            "GetWebhookStatus",
            request.getIdentifierCase().name(),
            id,
            request.getNamespace(),
            DeliveryRules.numbers(request.getStatusesValueList()));
    DeliveryQuery query = query(request, id, token);
    checkExists(query.subject(), request.getNamespace());
    return response(history.page(query), token);
  }

  private static DeliveryQuery query(GetWebhookStatusRequest request, String id, PageToken token) {
    Violations violations = new Violations();
    Optional<Subject> subject = subject(request.getIdentifierCase(), id, violations);
    if (!request.getNamespace().isEmpty()) {
      NameRules.checkName("namespace", request.getNamespace(), violations);
    }
    int pageSize = RequestRules.pageSize(request.getPageSize(), violations);
    Optional<UUID> before = token.read(request.getPageToken(), violations);
    Set<DeliveryStatus> statuses =
        DeliveryRules.statuses(request.getStatusesValueList(), violations);
    violations.throwIfAny();
    return new DeliveryQuery(
        subject.orElseThrow(),
        statuses,
        request.getIncludeAttempts() ? Math.min(pageSize, MAX_PAGE_WITH_ATTEMPTS) : pageSize,
        before.map(DeliveryId::new).orElse(null),
        request.getIncludeAttempts());
  }

  private static Optional<Subject> subject(IdentifierCase which, String id, Violations violations) {
    return switch (which) {
      case WEBHOOK_ID ->
          RequestRules.parseId("webhook_id", id, violations)
              .map(uuid -> new OfWebhook(new WebhookId(uuid)));
      case EVENT_ID -> RequestRules.parseId("event_id", id, violations).map(OfEvent::new);
      case IDENTIFIER_NOT_SET -> {
        violations.add("identifier", "is required: webhook_id or event_id");
        yield Optional.empty();
      }
    };
  }

  private void checkExists(Subject subject, String namespace) {
    Optional<String> found =
        switch (subject) {
          case OfWebhook webhook -> registry.find(webhook.id()).map(Webhook::namespace);
          case OfEvent event -> history.namespaceOfEvent(event.id());
        };
    Caller.current()
        .visible(
            found.filter(it -> namespace.isEmpty() || namespace.equals(it)),
            Function.identity(),
            () ->
                switch (subject) {
                  case OfWebhook webhook ->
                      new NotFoundException("webhook", webhook.id().toString());
                  case OfEvent event -> new NotFoundException("event", event.id().toString());
                });
  }

  private static GetWebhookStatusResponse response(DeliveryPage page, PageToken token) {
    GetWebhookStatusResponse.Builder response =
        GetWebhookStatusResponse.newBuilder()
            .setTotalDeliveries((int) Math.min(page.total(), Integer.MAX_VALUE))
            .setSuccess(true)
            .setMessage("%d deliveries".formatted(page.total()));
    ResponseBudget budget = new ResponseBudget();
    for (Delivery delivery : page.deliveries()) {
      WebhookDelivery message = DeliveryMessages.of(delivery);
      if (!budget.takes(message)) {
        break;
      }
      response.addDeliveries(message);
    }
    int count = response.getDeliveriesCount();
    if (count > 0 && (page.hasMore() || count < page.deliveries().size())) {
      response.setNextPageToken(token.after(page.deliveries().get(count - 1).id().value()));
    }
    return response.build();
  }
}
