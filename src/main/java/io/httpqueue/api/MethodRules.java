package io.httpqueue.api;

import static io.httpqueue.access.Permission.CHANGE;
import static io.httpqueue.access.Permission.READ;
import static io.httpqueue.access.Permission.READ_STATUS;
import static io.httpqueue.api.MethodRule.byEvent;
import static io.httpqueue.api.MethodRule.byId;
import static io.httpqueue.api.MethodRule.byNamespace;

import io.grpc.MethodDescriptor;
import io.httpqueue.api.v1.DeleteEventTypeRequest;
import io.httpqueue.api.v1.GetStatsRequest;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.ListDeliveriesRequest;
import io.httpqueue.api.v1.ListEventTypesRequest;
import io.httpqueue.api.v1.ListWebhooksRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.ReplayEventsRequest;
import io.httpqueue.api.v1.WatchDeliveriesRequest;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What each method of the contract needs of its caller, under both names of the service. */
final class MethodRules {

  private static final Set<String> SERVICES =
      Set.of(
          WebhookServiceGrpc.SERVICE_NAME, io.httpqueue.api.legacy.WebhookServiceGrpc.SERVICE_NAME);

  private static final Map<String, MethodRule> RULES =
      List.of(
              byEvent(WebhookServiceGrpc.getPushEventMethod()),
              byEvent(WebhookServiceGrpc.getPushEventsMethod()),
              byEvent(WebhookServiceGrpc.getPushEventStreamMethod()),
              // Its namespace may be left out; the id is checked in any case.
              byNamespace(
                  WebhookServiceGrpc.getGetWebhookStatusMethod(),
                  READ_STATUS,
                  GetWebhookStatusRequest::getNamespace),
              byId(WebhookServiceGrpc.getGetDeliveryMethod(), READ_STATUS),
              byNamespace(
                  WebhookServiceGrpc.getListDeliveriesMethod(),
                  READ_STATUS,
                  ListDeliveriesRequest::getNamespace),
              byId(WebhookServiceGrpc.getGetReplayMethod(), READ_STATUS),
              byNamespace(
                  WebhookServiceGrpc.getWatchDeliveriesMethod(),
                  READ_STATUS,
                  WatchDeliveriesRequest::getNamespace),
              byNamespace(
                  WebhookServiceGrpc.getGetStatsMethod(),
                  READ_STATUS,
                  GetStatsRequest::getNamespace),
              byNamespace(
                  WebhookServiceGrpc.getListEventTypesMethod(),
                  READ_STATUS,
                  ListEventTypesRequest::getNamespace),
              byNamespace(
                  WebhookServiceGrpc.getListWebhooksMethod(),
                  READ,
                  ListWebhooksRequest::getNamespace),
              byId(WebhookServiceGrpc.getGetWebhookMethod(), READ),
              byNamespace(
                  WebhookServiceGrpc.getRegisterWebhookMethod(),
                  CHANGE,
                  RegisterWebhookRequest::getNamespace),
              byId(WebhookServiceGrpc.getUnregisterWebhookMethod(), CHANGE),
              byId(WebhookServiceGrpc.getUpdateWebhookMethod(), CHANGE),
              byId(WebhookServiceGrpc.getPauseWebhookMethod(), CHANGE),
              byId(WebhookServiceGrpc.getResumeWebhookMethod(), CHANGE),
              byId(WebhookServiceGrpc.getTestWebhookMethod(), CHANGE),
              byId(WebhookServiceGrpc.getRotateSecretMethod(), CHANGE),
              byNamespace(
                  WebhookServiceGrpc.getPutEventTypeMethod(),
                  CHANGE,
                  request -> request.getEventType().getNamespace()),
              byNamespace(
                  WebhookServiceGrpc.getDeleteEventTypeMethod(),
                  CHANGE,
                  DeleteEventTypeRequest::getNamespace),
              byId(WebhookServiceGrpc.getRetryDeliveryMethod(), CHANGE),
              byId(WebhookServiceGrpc.getCancelDeliveryMethod(), CHANGE),
              byNamespace(
                  WebhookServiceGrpc.getReplayEventsMethod(),
                  CHANGE,
                  ReplayEventsRequest::getNamespace),
              byId(WebhookServiceGrpc.getCancelReplayMethod(), CHANGE))
          .stream()
          .collect(Collectors.toUnmodifiableMap(MethodRule::method, Function.identity()));

  private MethodRules() {}

  /** Empty for a method of another service, such as health. */
  static Optional<MethodRule> find(MethodDescriptor<?, ?> method) {
    if (!SERVICES.contains(method.getServiceName())) {
      return Optional.empty();
    }
    MethodRule rule = RULES.get(MethodRule.name(method));
    if (rule == null) {
      throw new IllegalStateException(
          "it is not decided who may call " + method.getFullMethodName());
    }
    return Optional.of(rule);
  }

  static Set<String> methods() {
    return RULES.keySet();
  }
}
