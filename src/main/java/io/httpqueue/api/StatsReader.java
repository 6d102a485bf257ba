package io.httpqueue.api;

import io.httpqueue.api.v1.ErrorClass;
import io.httpqueue.api.v1.ErrorCount;
import io.httpqueue.api.v1.GetStatsRequest;
import io.httpqueue.api.v1.GetStatsResponse;
import io.httpqueue.api.v1.Latency;
import io.httpqueue.delivery.DeliveryStats;
import io.httpqueue.delivery.WebhookStats;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tells clients the figures of their webhooks. Thread-safe. */
@Component
class StatsReader {

  private static final int DEFAULT_MINUTES = 60;
  private static final int MAX_MINUTES = 1_440;

  private final DeliveryLookup lookup;
  private final DeliveryStats stats;

  StatsReader(DeliveryLookup lookup, DeliveryStats stats) {
    this.lookup = lookup;
    this.stats = stats;
  }

  GetStatsResponse read(GetStatsRequest request) {
    Violations violations = new Violations();
    NameRules.checkName("namespace", request.getNamespace(), violations);
    @Nullable WebhookId webhook = DeliveryRules.optionalWebhook(request.getWebhookId(), violations);
    int minutes = request.getWindowMinutes();
    if (minutes < 0 || minutes > MAX_MINUTES) {
      violations.add("window_minutes", "is %d, must be 1 to 1440, or 0 for 60".formatted(minutes));
    }
    violations.throwIfAny();
    lookup.checkWebhook(request.getNamespace(), webhook);
    GetStatsResponse.Builder response = GetStatsResponse.newBuilder();
    stats
        .read(
            request.getNamespace(),
            webhook,
            Duration.ofMinutes(minutes == 0 ? DEFAULT_MINUTES : minutes))
        .forEach(figures -> response.addWebhooks(of(figures)));
    return response.build();
  }

  private static io.httpqueue.api.v1.WebhookStats of(WebhookStats stats) {
    io.httpqueue.api.v1.WebhookStats.Builder message =
        io.httpqueue.api.v1.WebhookStats.newBuilder()
            .setWebhookId(stats.webhook().toString())
            .setAttemptCount(stats.attemptCount())
            .setSuccessCount(stats.successCount())
            .setFailedAttemptCount(stats.failedAttemptCount())
            .setFailedCount(stats.failedCount())
            .setSuccessesPerSecond(stats.successesPerSecond())
            .setAttemptDuration(of(stats.attemptDuration()))
            .setEndToEnd(of(stats.endToEnd()))
            .setOldestDueAgeMs(stats.oldestDueAge().toMillis())
            .setWaitingCount(stats.waitingCount());
    stats.errors().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(error -> message.addErrors(of(error.getKey(), error.getValue())));
    return message.build();
  }

  private static Latency of(WebhookStats.Latency latency) {
    return Latency.newBuilder()
        .setP50Ms(latency.p50Millis())
        .setP95Ms(latency.p95Millis())
        .setP99Ms(latency.p99Millis())
        .build();
  }

  private static ErrorCount of(io.httpqueue.delivery.ErrorClass errorClass, long count) {
    return ErrorCount.newBuilder()
        .setErrorClass(ErrorClass.valueOf("ERROR_CLASS_" + errorClass.name()))
        .setCount(count)
        .build();
  }
}
