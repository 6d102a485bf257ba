package io.httpqueue.delivery;

import io.httpqueue.delivery.HeldExpiryRepository.Position;
import io.httpqueue.delivery.HeldExpiryRepository.Step;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Has the deliveries expire that wait without a lane: of webhooks that are paused, disabled or
 * inactive, whose receiver is left alone, or whose next in order has to wait. It walks through what
 * waits a piece at a time, so that a sweep takes no longer the more there is; one that is over is
 * found the later for it, within seconds as long as there are not many tens of thousands.
 * Thread-safe.
 */
@Component
public class HeldExpiry {

  private static final int WALK = 5_000;
  private static final Duration TIME = Duration.ofSeconds(1);

  private static final Position START =
      new Position(OffsetDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC), new UUID(0, 0));

  /** Where the walks through a webhook's deliveries go on. */
  private record Walks(Position firstAttempts, Position retries) {}

  private static final Walks FROM_THE_START = new Walks(START, START);

  private final HeldExpiryRepository repository;
  private final WebhookRegistry webhooks;
  private final RecordedOutcomes recorded;
  private final Map<WebhookId, Walks> walks = new HashMap<>();

  /** Where the last sweep ended; the next one goes on behind it. */
  private UUID last = START.id();

  HeldExpiry(
      HeldExpiryRepository repository, WebhookRegistry webhooks, RecordedOutcomes recorded) {
    this.repository = repository;
    this.webhooks = webhooks;
    this.recorded = recorded;
  }

  /** Goes on with its walks, for about a second at most. */
  public synchronized void sweep() {
    NavigableMap<UUID, WebhookId> unattended = new TreeMap<>();
    repository.unattended().forEach(webhook -> unattended.put(webhook.value(), webhook));
    walks.keySet().retainAll(unattended.values());
    Deadline deadline = new Deadline(TIME);
    List<WebhookId> inTurn = new ArrayList<>(unattended.tailMap(last, false).values());
    inTurn.addAll(unattended.headMap(last, true).values());
    for (WebhookId webhook : inTurn) {
      walks.compute(webhook, (_, walk) -> goOn(webhook, walk == null ? FROM_THE_START : walk));
      last = webhook.value();
      if (deadline.isOver()) {
        return;
      }
    }
  }

  private Walks goOn(WebhookId webhook, Walks walk) {
    return new Walks(
        after(webhook, repository.expireFirstAttempts(webhook, walk.firstAttempts(), WALK)),
        after(webhook, repository.expireRetries(webhook, walk.retries(), WALK)));
  }

  private Position after(WebhookId webhook, Step step) {
    if (!step.expired().isEmpty()) {
      webhooks.find(webhook).ifPresent(found -> recorded.ended(found, step.expired()));
    }
    return step.position().orElse(START);
  }
}
