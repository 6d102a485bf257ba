package io.httpqueue.testing;

import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.CancelDeliveryRequest;
import io.httpqueue.api.v1.GetDeliveryRequest;
import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RetryDeliveryRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import io.httpqueue.api.v1.WebhookServiceGrpc.WebhookServiceBlockingStub;
import java.util.List;

/** What tests do with deliveries, in one namespace and over gRPC. */
public final class DeliveryClient {

  private final TestServer server;
  private final String namespace;

  public DeliveryClient(TestServer server, String namespace) {
    this.server = server;
    this.namespace = namespace;
  }

  public String namespace() {
    return namespace;
  }

  public WebhookServiceBlockingStub stub() {
    return server.client();
  }

  /** Registers a webhook; returns its id. */
  public String register(String url, String... events) {
    return stub()
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace(namespace)
                .addAllEvents(List.of(events))
                .setUrl(url)
                .build())
        .getWebhookId();
  }

  /** Pushes an event; returns its id. */
  public String push(String event) {
    return stub()
        .pushEvent(
            PushEventRequest.newBuilder()
                .setNamespace(namespace)
                .setEvent(event)
                .setPayload("{}")
                .build())
        .getEventId();
  }

  /** The deliveries of an event to a webhook, newest first. */
  public List<WebhookDelivery> deliveries(String event, String webhook) {
    return stub()
        .getWebhookStatus(GetWebhookStatusRequest.newBuilder().setEventId(event).build())
        .getDeliveriesList()
        .stream()
        .filter(delivery -> delivery.getWebhookId().equals(webhook))
        .toList();
  }

  /** The id of the delivery of an event to a webhook, once it is made. */
  public String awaitDelivery(String event, String webhook) {
    return await()
        .until(() -> deliveries(event, webhook), found -> !found.isEmpty())
        .getFirst()
        .getDeliveryId();
  }

  public WebhookDelivery get(String id) {
    return stub()
        .getDelivery(GetDeliveryRequest.newBuilder().setDeliveryId(id).build())
        .getDelivery();
  }

  public WebhookDelivery retry(String id) {
    return stub()
        .retryDelivery(RetryDeliveryRequest.newBuilder().setDeliveryId(id).build())
        .getDelivery();
  }

  public WebhookDelivery cancel(String id) {
    return stub()
        .cancelDelivery(CancelDeliveryRequest.newBuilder().setDeliveryId(id).build())
        .getDelivery();
  }

  public WebhookDelivery awaitStatus(String id, WebhookDeliveryStatus status) {
    return await().until(() -> get(id), delivery -> delivery.getStatus() == status);
  }
}
