package io.httpqueue.delivery;

import io.httpqueue.database.UuidV7;
import io.httpqueue.delivery.StatsSlot.Figures;
import io.httpqueue.delivery.StatsSlot.Span;
import io.httpqueue.webhook.WebhookId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Counts what goes to each webhook. Counting costs memory only; every few seconds what has changed
 * is written in one batch, so a server that is killed loses a few seconds of it. Thread-safe.
 */
@Component
public class DeliveryStats implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DeliveryStats.class);
  private static final int BATCH = 500;

  /** A moment that was asked for before a slot was over is counted in it a little later. */
  private static final Duration GRACE = Duration.ofMinutes(1);

  private final DeliveryStatsRepository repository;
  private final Clock clock;
  private final UUID serverId;
  private final Map<StatsSlot.Key, StatsSlot> slots = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("delivery-stats").factory());

  DeliveryStats(
      DeliveryStatsRepository repository, StatsSettings settings, Clock clock, UuidV7 ids) {
    this.repository = repository;
    this.clock = clock;
    this.serverId = ids.next();
    long pause = settings.flushInterval().toMillis();
    var _ = timer.scheduleWithFixedDelay(this::flush, pause, pause, TimeUnit.MILLISECONDS);
  }

  /** Counts an attempt. */
  void attempt(
      WebhookId webhook, Duration duration, boolean succeeded, @Nullable ErrorClass error) {
    count(webhook, slot -> slot.attempt(duration, succeeded, error));
  }

  /**
   * Counts a delivery that has arrived.
   *
   * @param acceptedAt when it began
   */
  void success(WebhookId webhook, Instant acceptedAt) {
    Duration age = Duration.between(acceptedAt, clock.instant());
    count(webhook, slot -> slot.success(age));
  }

  /** Counts deliveries that have ended without success. */
  void failed(WebhookId webhook, long deliveries) {
    if (deliveries > 0) {
      count(webhook, slot -> slot.failed(deliveries));
    }
  }

  private void count(WebhookId webhook, Consumer<StatsSlot> action) {
    Instant now = clock.instant();
    for (Span span : Span.values()) {
      action.accept(
          slots.computeIfAbsent(new StatsSlot.Key(webhook, span, span.start(now)), StatsSlot::new));
    }
  }

  /**
   * The figures of the webhooks of a namespace that had traffic, the most deliveries first, at most
   * 500.
   *
   * @param webhook only this one, also if it had none; null for all
   * @param window how far back; whole minutes
   */
  public List<WebhookStats> read(String namespace, @Nullable WebhookId webhook, Duration window) {
    return repository.read(namespace, webhook, window);
  }

  /** Empties what is older than two days. To be called now and then. */
  public void prune() {
    repository.dropOldest();
  }

  /** Writes what was counted since the last time. */
  void flush() {
    try {
      List<Figures> changed = new ArrayList<>();
      slots.values().forEach(slot -> slot.take().ifPresent(changed::add));
      for (int i = 0; i < changed.size(); i += BATCH) {
        write(changed.subList(i, Math.min(changed.size(), i + BATCH)));
      }
      Instant longAgo = clock.instant().minus(GRACE);
      slots.keySet().removeIf(key -> key.isOver(longAgo) && isWritten(key));
    } catch (RuntimeException e) {
      // It would end the timer.
      log.error("Statistics could not be written", e);
    }
  }

  private void write(List<Figures> figures) {
    try {
      repository.write(serverId, figures);
    } catch (DataAccessException e) {
      log.debug("Statistics are written later: {}", e.getMessage());
      figures.forEach(
          written -> Optional.ofNullable(slots.get(written.key())).ifPresent(StatsSlot::putBack));
    }
  }

  private boolean isWritten(StatsSlot.Key key) {
    StatsSlot slot = slots.get(key);
    return slot == null || slot.isWritten();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    flush();
  }
}
