package io.httpqueue.api;

import io.httpqueue.api.v1.DeliveryAttempt;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import io.httpqueue.delivery.Attempt;
import io.httpqueue.delivery.Delivery;
import io.httpqueue.delivery.DeliveryStatus;
import io.httpqueue.delivery.ErrorClass;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Deliveries as they are told to clients. */
final class DeliveryMessages {

  private DeliveryMessages() {}

  static WebhookDelivery of(Delivery delivery) {
    WebhookDelivery.Builder message =
        WebhookDelivery.newBuilder()
            .setDeliveryId(delivery.id().toString())
            .setWebhookId(delivery.webhookId().toString())
            .setEventId(delivery.eventId().toString())
            .setNamespace(delivery.namespace())
            .setEvent(orEmpty(delivery.eventName()))
            .setOrderingKey(orEmpty(delivery.orderingKey()))
            .setReplayId(delivery.replayId() == null ? "" : delivery.replayId().toString())
            .setStatus(status(delivery.status()))
            .setAttemptCount(delivery.attemptCount())
            .setMaxAttempts(delivery.maxAttempts())
            .setCreatedAt(delivery.createdAt().getEpochSecond())
            .setLastAttemptedAt(seconds(delivery.lastAttemptedAt()))
            .setExpiresAt(delivery.expiresAt().getEpochSecond())
            .setErrorMessage(error(delivery));
    boolean waits =
        delivery.status() == DeliveryStatus.RETRYING || delivery.status() == DeliveryStatus.PENDING;
    if (waits) {
      message.setNextRetryAt(seconds(delivery.nextAttemptAt()));
    }
    Attempt last = delivery.lastAttempt();
    if (last != null) {
      message.setResponseCode(orZero(last.responseCode()));
      message.setResponseBody(orEmpty(last.responseBody()));
      message.setErrorClass(errorClass(last.errorClass()));
    }
    delivery.attempts().forEach(attempt -> message.addAttempts(of(attempt)));
    return message.build();
  }

  /** The status of this number; empty where a delivery cannot have it. */
  static Optional<DeliveryStatus> status(WebhookDeliveryStatus status) {
    return switch (status) {
      case WEBHOOK_DELIVERY_STATUS_PENDING -> Optional.of(DeliveryStatus.PENDING);
      case WEBHOOK_DELIVERY_STATUS_SENDING -> Optional.of(DeliveryStatus.SENDING);
      case WEBHOOK_DELIVERY_STATUS_SUCCESS -> Optional.of(DeliveryStatus.SUCCESS);
      case WEBHOOK_DELIVERY_STATUS_FAILED -> Optional.of(DeliveryStatus.FAILED);
      case WEBHOOK_DELIVERY_STATUS_RETRYING -> Optional.of(DeliveryStatus.RETRYING);
      case WEBHOOK_DELIVERY_STATUS_EXPIRED -> Optional.of(DeliveryStatus.EXPIRED);
      case WEBHOOK_DELIVERY_STATUS_CANCELLED -> Optional.of(DeliveryStatus.CANCELLED);
      case WEBHOOK_DELIVERY_STATUS_UNKNOWN, UNRECOGNIZED -> Optional.empty();
    };
  }

  static WebhookDeliveryStatus status(DeliveryStatus status) {
    return switch (status) {
      case PENDING -> WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_PENDING;
      case SENDING -> WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SENDING;
      case SUCCESS -> WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS;
      case FAILED -> WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED;
      case RETRYING -> WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_RETRYING;
      case EXPIRED -> WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_EXPIRED;
      case CANCELLED -> WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_CANCELLED;
    };
  }

  private static DeliveryAttempt of(Attempt attempt) {
    return DeliveryAttempt.newBuilder()
        .setNumber(attempt.number())
        .setStartedAtMs(attempt.startedAt().toEpochMilli())
        .setDurationMs(attempt.duration().toMillis())
        .setResponseCode(orZero(attempt.responseCode()))
        .setResponseBody(orEmpty(attempt.responseBody()))
        .setErrorMessage(orEmpty(attempt.error()))
        .setErrorClass(errorClass(attempt.errorClass()))
        .build();
  }

  /** The kind of a failure as it is told to clients; unspecified for none. */
  static io.httpqueue.api.v1.ErrorClass errorClass(@Nullable ErrorClass errorClass) {
    return errorClass == null
        ? io.httpqueue.api.v1.ErrorClass.ERROR_CLASS_UNSPECIFIED
        : io.httpqueue.api.v1.ErrorClass.valueOf("ERROR_CLASS_" + errorClass.name());
  }

  private static String error(Delivery delivery) {
    if (delivery.status() == DeliveryStatus.SUCCESS) {
      return "";
    }
    Attempt last = delivery.lastAttempt();
    String error = last == null ? null : last.error();
    return orEmpty(delivery.endedBecause() == null ? error : delivery.endedBecause());
  }

  private static long seconds(@Nullable Instant moment) {
    return moment == null ? 0 : moment.getEpochSecond();
  }

  private static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
