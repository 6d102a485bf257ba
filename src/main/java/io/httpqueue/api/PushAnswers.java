package io.httpqueue.api;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.httpqueue.api.v1.FieldError;
import io.httpqueue.api.v1.PushEventError;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.PushEventResult;
import io.httpqueue.api.v1.PushEventsResponse;
import io.httpqueue.event.AcceptedEvent;
import io.httpqueue.webhook.WebhookId;
import java.util.List;
import java.util.stream.Stream;

/** What became of events, as it is told to clients. */
final class PushAnswers {

  private PushAnswers() {}

  /**
   * @param schemaViolations how the payload breaks its type's schema, where the type only warns
   */
  static PushEventResponse accepted(AcceptedEvent event, List<String> schemaViolations) {
    PushEventResponse.Builder response =
        PushEventResponse.newBuilder()
            .setEventId(event.id().toString())
            .setWebhooksTriggered(event.webhookIds().size())
            .setSuccess(true)
            .setMessage(event.duplicate() ? "Event accepted before" : "Event accepted")
            .setDuplicate(event.duplicate())
            .addAllSchemaViolations(schemaViolations);
    for (WebhookId webhook : event.webhookIds()) {
      response.addWebhookIds(webhook.toString());
    }
    return response.build();
  }

  static PushEventResult acceptedResult(AcceptedEvent event, List<String> schemaViolations) {
    return PushEventResult.newBuilder().setAccepted(accepted(event, schemaViolations)).build();
  }

  /**
   * @param failure as the call would be answered if the event were pushed alone
   */
  static PushEventResult failedResult(StatusRuntimeException failure) {
    PushEventError.Builder error =
        PushEventError.newBuilder().setCode(failure.getStatus().getCode().value());
    String description = failure.getStatus().getDescription();
    if (description != null) {
      error.setMessage(description);
    }
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status != null) {
      status.getDetailsList().forEach(detail -> add(detail, error));
    }
    return PushEventResult.newBuilder().setError(error).build();
  }

  private static void add(Any detail, PushEventError.Builder error) {
    try {
      if (detail.is(BadRequest.class)) {
        for (BadRequest.FieldViolation violation :
            detail.unpack(BadRequest.class).getFieldViolationsList()) {
          error.addFields(
              FieldError.newBuilder()
                  .setField(violation.getField())
                  .setDescription(violation.getDescription()));
        }
      } else if (detail.is(RetryInfo.class)) {
        Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
        error.setRetryAfterMs(delay.getSeconds() * 1_000 + delay.getNanos() / 1_000_000);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a detail of our own", e);
    }
  }

  /** Results in the order given; those beyond what clients take are cut to what matters most. */
  static PushEventsResponse all(Stream<PushEventResult> results) {
    PushEventsResponse.Builder response = PushEventsResponse.newBuilder();
    ResponseBudget budget = new ResponseBudget();
    results.forEach(
        result -> {
          response.addResults(budget.takes(result) ? result : cut(result));
          if (result.hasAccepted()) {
            response.setAcceptedCount(response.getAcceptedCount() + 1);
          }
        });
    return response.build();
  }

  private static PushEventResult cut(PushEventResult result) {
    PushEventResult.Builder shorter = result.toBuilder();
    if (result.hasAccepted()) {
      shorter.getAcceptedBuilder().clearWebhookIds();
    } else {
      shorter.getErrorBuilder().clearFields();
    }
    return shorter.build();
  }
}
