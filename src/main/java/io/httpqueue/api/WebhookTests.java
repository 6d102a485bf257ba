package io.httpqueue.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.httpqueue.api.v1.TestWebhookRequest;
import io.httpqueue.api.v1.TestWebhookResponse;
import io.httpqueue.delivery.TestMessageSender;
import io.httpqueue.delivery.TestMessageSender.Sent;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookId;
import org.springframework.stereotype.Component;

/** Sends test messages on behalf of clients. Thread-safe. */
@Component
class WebhookTests {

  private static final String EVENT = "httpqueue.test";
  private static final String PAYLOAD =
      "{\"type\":\"httpqueue.test\",\"message\":\"This is a test, sent by TestWebhook.\"}";

  private final WebhookLookup lookup;
  private final TestMessageSender sender;
  private final PayloadRules payloads = new PayloadRules();

  WebhookTests(WebhookLookup lookup, TestMessageSender sender) {
    this.lookup = lookup;
    this.sender = sender;
  }

  /** Blocks until the receiver has answered, at most for the webhook's timeout. */
  TestWebhookResponse test(TestWebhookRequest request) {
    Violations violations = new Violations();
    var id = RequestRules.parseId("webhook_id", request.getWebhookId(), violations);
    String event = request.getEvent().isEmpty() ? EVENT : request.getEvent();
    NameRules.checkName("event", event, violations);
    byte[] payload =
        (request.getPayload().isEmpty() ? PAYLOAD : request.getPayload()).getBytes(UTF_8);
    payloads.check("payload", payload, violations);
    violations.throwIfAny();
    Webhook webhook = lookup.registered(new WebhookId(id.orElseThrow()));
    return message(sender.send(webhook, event, payload));
  }

  private static TestWebhookResponse message(Sent sent) {
    TestWebhookResponse.Builder message =
        TestWebhookResponse.newBuilder()
            .setDelivered(sent.error() == null)
            .setMessageId(sent.messageId().toString())
            .setDurationMs(sent.duration().toMillis())
            .setErrorClass(DeliveryMessages.errorClass(sent.errorClass()));
    if (sent.responseCode() != null) {
      message.setResponseCode(sent.responseCode());
    }
    if (sent.responseBody() != null) {
      message.setResponseBody(sent.responseBody());
    }
    if (sent.error() != null) {
      message.setErrorMessage(sent.error());
    }
    return message.build();
  }
}
