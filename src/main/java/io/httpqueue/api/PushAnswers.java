package io.httpqueue.api;

import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.event.AcceptedEvent;
import io.httpqueue.webhook.WebhookId;

/** Accepted events as they are told to clients. */
final class PushAnswers {

  private PushAnswers() {}

  static PushEventResponse of(AcceptedEvent event) {
    PushEventResponse.Builder response =
        PushEventResponse.newBuilder()
            .setEventId(event.id().toString())
            .setWebhooksTriggered(event.webhookIds().size())
            .setSuccess(true)
            .setMessage(event.duplicate() ? "Event accepted before" : "Event accepted")
            .setDuplicate(event.duplicate());
    for (WebhookId webhook : event.webhookIds()) {
      response.addWebhookIds(webhook.toString());
    }
    return response.build();
  }
}
