package io.httpqueue.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.httpqueue.telemetry.Meters;
import io.httpqueue.telemetry.Metric;
import io.httpqueue.webhook.WebhookId;
import io.opentelemetry.api.metrics.LongCounter;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;

/**
 * How often a filter failed on an event since this server started: a field was missing or of
 * another type, or the evaluation would have cost too much. Thread-safe.
 */
@Component
public class FilterFailures {

  private static final int MAX_WEBHOOKS = 10_000;

  private final LongAdder total = new LongAdder();
  private final Cache<WebhookId, LongAdder> byWebhook =
      Caffeine.newBuilder().maximumSize(MAX_WEBHOOKS).build();

  private final LongCounter counter;

  FilterFailures(Meters meters) {
    counter = meters.counter(Metric.FILTER_FAILURES);
    // A rate needs the zero before the first one.
    counter.add(0);
  }

  void count(Collection<WebhookId> failed) {
    for (WebhookId webhook : failed) {
      total.increment();
      counter.add(1);
      byWebhook.get(webhook, _ -> new LongAdder()).increment();
    }
  }

  /** Of all webhooks. */
  public long total() {
    return total.sum();
  }

  /** Of one webhook; may have begun anew where more than 10,000 webhooks have failing filters. */
  public long of(WebhookId webhook) {
    LongAdder failures = byWebhook.getIfPresent(webhook);
    return failures == null ? 0 : failures.sum();
  }
}
