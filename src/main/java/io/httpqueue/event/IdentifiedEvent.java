package io.httpqueue.event;

import io.httpqueue.event.NamespaceFilters.Judgement;
import io.httpqueue.telemetry.EventSpan;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way into the database, with the id it will have.
 *
 * @param requestHash of all that its push said; null where it has no idempotency key
 * @param span of its push
 * @param judgement what filters say of it; null before they were asked
 */
record IdentifiedEvent(
    UUID id,
    NewEvent event,
    Duration timeToLive,
    byte @Nullable [] requestHash,
    EventSpan span,
    @Nullable Judgement judgement) {

  /** What an event costs beside its texts, in bytes. */
  private static final long FIXED_SIZE = 200;

  private static final long ID_SIZE = 40;

  /** Takes an event in under an id. */
  static IdentifiedEvent of(UUID id, NewEvent event, Duration defaultTimeToLive, EventSpan span) {
    return new IdentifiedEvent(
        id,
        event,
        event.timeToLive() == null ? defaultTimeToLive : event.timeToLive(),
        event.options().idempotencyKey() == null ? null : RequestHash.of(event),
        span,
        null);
  }

  /** The same, after filters were asked. */
  IdentifiedEvent judged(Judgement judgement) {
    return new IdentifiedEvent(id, event, timeToLive, requestHash, span, judgement);
  }

  /** About how many bytes it takes. */
  long size() {
    long metadata =
        event.metadata().entrySet().stream()
            .mapToLong(entry -> entry.getKey().length() + entry.getValue().length())
            .sum();
    long targets = event.options().webhookIds().size() * ID_SIZE;
    return FIXED_SIZE + event.payload().length + metadata + targets;
  }
}
