package io.httpqueue.api;

import io.httpqueue.api.v1.CancelDeliveryRequest;
import io.httpqueue.api.v1.CancelDeliveryResponse;
import io.httpqueue.api.v1.GetDeliveryRequest;
import io.httpqueue.api.v1.GetDeliveryResponse;
import io.httpqueue.api.v1.ListDeliveriesRequest;
import io.httpqueue.api.v1.ListDeliveriesResponse;
import io.httpqueue.api.v1.RetryDeliveryRequest;
import io.httpqueue.api.v1.RetryDeliveryResponse;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.delivery.ControlResult;
import io.httpqueue.delivery.Delivery;
import io.httpqueue.delivery.DeliveryControl;
import io.httpqueue.delivery.DeliveryFilter;
import io.httpqueue.delivery.DeliveryId;
import io.httpqueue.delivery.DeliveryList;
import io.httpqueue.delivery.DeliveryListPage;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads, lists and changes single deliveries for clients. Thread-safe. */
@Component
class DeliveryOperations {

  private final DeliveryLookup lookup;
  private final DeliveryList list;
  private final DeliveryControl control;

  DeliveryOperations(DeliveryLookup lookup, DeliveryList list, DeliveryControl control) {
    this.lookup = lookup;
    this.list = list;
    this.control = control;
  }

  GetDeliveryResponse get(GetDeliveryRequest request) {
    return GetDeliveryResponse.newBuilder()
        .setDelivery(DeliveryMessages.of(lookup.delivery(request.getDeliveryId())))
        .build();
  }

  RetryDeliveryResponse retry(RetryDeliveryRequest request) {
    Delivery delivery = lookup.delivery(request.getDeliveryId());
    check(control.retry(delivery.id()), delivery.id());
    return RetryDeliveryResponse.newBuilder().setDelivery(asItIsNow(delivery.id())).build();
  }

  CancelDeliveryResponse cancel(CancelDeliveryRequest request) {
    Delivery delivery = lookup.delivery(request.getDeliveryId());
    check(control.cancel(delivery.id()), delivery.id());
    return CancelDeliveryResponse.newBuilder().setDelivery(asItIsNow(delivery.id())).build();
  }

  private static void check(ControlResult result, DeliveryId id) {
    switch (result) {
      case ControlResult.Done _ -> {}
      case ControlResult.Missing _ -> throw new NotFoundException("delivery", id.toString());
      case ControlResult.Refused refused ->
          throw new FailedPreconditionException("delivery", id.toString(), refused.reason());
    }
  }

  private WebhookDelivery asItIsNow(DeliveryId id) {
    return DeliveryMessages.of(lookup.delivery(id.toString()));
  }

  ListDeliveriesResponse list(ListDeliveriesRequest request) {
    PageToken token = token(request);
    Violations violations = new Violations();
    DeliveryFilter filter = filter(request, violations);
    int limit = RequestRules.pageSize(request.getPageSize(), violations);
    Optional<UUID> before = token.read(request.getPageToken(), violations);
    violations.throwIfAny();
    lookup.checkWebhook(filter.namespace(), filter.webhook());
    lookup.checkEvent(filter.namespace(), filter.eventId());
    return response(list.page(filter, limit, before.map(DeliveryId::new).orElse(null)), token);
  }

  private static PageToken token(ListDeliveriesRequest request) {
    return new PageToken(
        "ListDeliveries",
        request.getNamespace(),
        request.getWebhookId(),
        request.getEventId(),
        request.getEvent(),
        DeliveryRules.numbers(request.getStatusesValueList()),
        Long.toString(request.getCreatedFromMs()),
        Long.toString(request.getCreatedBeforeMs()));
  }

  private static DeliveryFilter filter(ListDeliveriesRequest request, Violations violations) {
    NameRules.checkName("namespace", request.getNamespace(), violations);
    if (!request.getEvent().isEmpty()) {
      NameRules.checkName("event", request.getEvent(), violations);
    }
    @Nullable Instant from =
        DeliveryRules.moment("created_from_ms", request.getCreatedFromMs(), violations);
    @Nullable Instant before =
        DeliveryRules.moment("created_before_ms", request.getCreatedBeforeMs(), violations);
    DeliveryRules.checkOrder(from, "created_before_ms", before, "created_from_ms", violations);
    return new DeliveryFilter(
        request.getNamespace(),
        DeliveryRules.optionalWebhook(request.getWebhookId(), violations),
        DeliveryRules.optionalId("event_id", request.getEventId(), violations),
        request.getEvent().isEmpty() ? null : request.getEvent(),
        DeliveryRules.statuses(request.getStatusesValueList(), violations),
        from,
        before);
  }

  private static ListDeliveriesResponse response(DeliveryListPage page, PageToken token) {
    ListDeliveriesResponse.Builder response = ListDeliveriesResponse.newBuilder();
    ResponseBudget budget = new ResponseBudget();
    @Nullable DeliveryId next = page.next();
    @Nullable DeliveryId last = null;
    for (Delivery delivery : page.deliveries()) {
      WebhookDelivery message = DeliveryMessages.of(delivery);
      if (!budget.takes(message)) {
        next = last;
        break;
      }
      response.addDeliveries(message);
      last = delivery.id();
    }
    if (next != null) {
      response.setNextPageToken(token.after(next.value()));
    }
    return response.build();
  }
}
