package io.httpqueue.e2e;

import static org.awaitility.Awaitility.await;

import io.httpqueue.api.v1.GetWebhookStatusRequest;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import io.httpqueue.testing.TestServer;
import io.httpqueue.webhook.DeliveryPolicy;
import io.httpqueue.webhook.SecretChoice;
import io.httpqueue.webhook.WebhookDefinition;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookSecrets;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Registers webhooks with a policy in a namespace, pushes to them, and follows what was pushed. */
record Producer(TestServer server, String namespace) {

  /** A webhook that takes part in all events. */
  WebhookId register(URI url, Duration timeout, DeliveryPolicy policy) {
    return register(url, timeout, "*", policy);
  }

  WebhookId register(URI url, Duration timeout, String pattern, DeliveryPolicy policy) {
    return server
        .part(WebhookSecrets.class)
        .register(
            new WebhookDefinition(
                namespace,
                url,
                List.of(pattern),
                Map.of(),
                timeout,
                true,
                "",
                policy,
                null,
                Map.of()),
            SecretChoice.DEFAULT)
        .webhook()
        .id();
  }

  String push(String event, String key, String payload) {
    return push(
        PushEventRequest.newBuilder()
            .setEvent(event)
            .setOrderingKey(key)
            .setPayload(payload)
            .build());
  }

  String push(String event) {
    return push(event, "", "{}");
  }

  String push(PushEventRequest event) {
    return server
        .client()
        .pushEvent(event.toBuilder().setNamespace(namespace).build())
        .getEventId();
  }

  /** The one delivery of an event. */
  WebhookDelivery delivery(String eventId) {
    return server
        .client()
        .getWebhookStatus(
            GetWebhookStatusRequest.newBuilder()
                .setEventId(eventId)
                .setIncludeAttempts(true)
                .build())
        .getDeliveriesList()
        .getFirst();
  }

  WebhookDeliveryStatus status(String eventId) {
    return delivery(eventId).getStatus();
  }

  WebhookDelivery awaitStatus(String eventId, WebhookDeliveryStatus status) {
    await().atMost(Duration.ofSeconds(20)).until(() -> status(eventId) == status);
    return delivery(eventId);
  }
}
