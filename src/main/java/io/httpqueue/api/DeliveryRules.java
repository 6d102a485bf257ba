package io.httpqueue.api;

import io.httpqueue.api.v1.WebhookDeliveryStatus;
import io.httpqueue.delivery.DeliveryStatus;
import io.httpqueue.webhook.WebhookId;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rules that the requests about deliveries share. */
final class DeliveryRules {

  /** The end of the year 9999. */
  private static final long MAX_MILLIS = 253_402_300_799_999L;

  private DeliveryRules() {}

  /** The statuses of a repeated field {@code statuses}, by their numbers. */
  static Set<DeliveryStatus> statuses(List<Integer> numbers, Violations violations) {
    Set<DeliveryStatus> statuses = EnumSet.noneOf(DeliveryStatus.class);
    for (int i = 0; i < numbers.size(); i++) {
      Optional<DeliveryStatus> status =
          Optional.ofNullable(WebhookDeliveryStatus.forNumber(numbers.get(i)))
              .flatMap(DeliveryMessages::status);
      if (status.isEmpty()) {
        violations.add(
            "statuses[%d]".formatted(i),
            "is %d, must be a status that a delivery can have".formatted(numbers.get(i)));
      }
      status.ifPresent(statuses::add);
    }
    return statuses;
  }

  /** The same text for the same statuses, in whatever order they are given. */
  static String numbers(List<Integer> statuses) {
    return statuses.stream().distinct().sorted().toList().toString();
  }

  /** An id that need not be given. */
  static @Nullable UUID optionalId(String field, String value, Violations violations) {
    return value.isEmpty() ? null : RequestRules.parseId(field, value, violations).orElse(null);
  }

  /** A webhook that need not be given. */
  static @Nullable WebhookId optionalWebhook(String value, Violations violations) {
    UUID id = optionalId("webhook_id", value, violations);
    return id == null ? null : new WebhookId(id);
  }

  /** A moment in Unix milliseconds; null where it is 0, which stands for none. */
  static @Nullable Instant moment(String field, long millis, Violations violations) {
    if (millis < 0 || millis > MAX_MILLIS) {
      violations.add(
          field,
          "is %d, must be 1 to %d (Unix time in milliseconds), or 0 for none"
              .formatted(millis, MAX_MILLIS));
      return null;
    }
    return millis == 0 ? null : Instant.ofEpochMilli(millis);
  }

  /** Bounds of a range, where both are given. */
  static void checkOrder(
      @Nullable Instant from,
      String beforeField,
      @Nullable Instant before,
      String fromField,
      Violations violations) {
    if (from != null && before != null && !before.isAfter(from)) {
      violations.add(
          beforeField,
          "is %d, must be greater than %s (%d)"
              .formatted(before.toEpochMilli(), fromField, from.toEpochMilli()));
    }
  }
}
