package io.httpqueue.example;

import io.httpqueue.api.v1.DeliveryAttempt;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** A delivery in words. */
final class DeliveryReport {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
  private static final String PREFIX = "WEBHOOK_DELIVERY_STATUS_";

  private DeliveryReport() {}

  /** The delivery and a table of its attempts. */
  static String table(WebhookDelivery delivery) {
    var text = new StringBuilder();
    text.append(
        "Delivery %s: %s, %d of %d attempts used%n"
            .formatted(
                delivery.getDeliveryId(),
                name(delivery.getStatus()),
                delivery.getAttemptCount(),
                delivery.getMaxAttempts()));
    if (delivery.getAttemptsCount() == 0) {
      return text.append("  no attempt was made%n".formatted()).toString();
    }
    text.append("  attempt  started         took      answer%n".formatted());
    delivery.getAttemptsList().forEach(attempt -> text.append(row(attempt)));
    return text.toString();
  }

  /** One line about where it stands; the same as long as nothing happens. */
  static String progress(WebhookDelivery delivery) {
    if (delivery.getStatus() == WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_RETRYING
        && delivery.getAttemptsCount() > 0) {
      DeliveryAttempt last = delivery.getAttempts(delivery.getAttemptsCount() - 1);
      return "RETRYING: attempt %d got %s; the next one is due at %tT"
          .formatted(
              last.getNumber(),
              answer(last),
              Instant.ofEpochSecond(delivery.getNextRetryAt()).atZone(ZoneId.systemDefault()));
    }
    return name(delivery.getStatus());
  }

  static String name(WebhookDeliveryStatus status) {
    return status == WebhookDeliveryStatus.UNRECOGNIZED
        ? "of an unknown status"
        : status.name().substring(PREFIX.length());
  }

  private static String row(DeliveryAttempt attempt) {
    return "  %7d  %s  %5d ms  %s%n"
        .formatted(
            attempt.getNumber(),
            TIME.format(Instant.ofEpochMilli(attempt.getStartedAtMs())),
            attempt.getDurationMs(),
            answer(attempt));
  }

  private static String answer(DeliveryAttempt attempt) {
    if (attempt.getResponseCode() == 0) {
      return "no answer: " + attempt.getErrorMessage();
    }
    String body = attempt.getResponseBody().replaceAll("[\\p{Cntrl}]+", " ").strip();
    String shown = body.length() <= 60 ? body : body.substring(0, 60) + "…";
    return shown.isEmpty()
        ? String.valueOf(attempt.getResponseCode())
        : "%d \"%s\"".formatted(attempt.getResponseCode(), shown);
  }
}
