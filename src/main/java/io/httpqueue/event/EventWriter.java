package io.httpqueue.event;

import io.httpqueue.delivery.DeliveryLimits;
import io.httpqueue.delivery.EventContent;
import io.httpqueue.delivery.EventContents;
import io.httpqueue.event.EventRepository.Accepted;
import io.httpqueue.event.IdempotencyKeys.Holder;
import io.httpqueue.event.IntakeResult.Committed;
import io.httpqueue.event.IntakeResult.KeyReused;
import io.httpqueue.event.NamespaceFilters.Judgement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.stereotype.Component;

/**
 * Writes a batch of events and finds for those whose idempotency key is taken what they repeat;
 * then, after the commit, has the deliveries made. Thread-safe.
 */
@Component
class EventWriter {

  /**
   * A key that is taken can end its time before it is looked at, and a filter can change, but not
   * again and again.
   */
  private static final int MAX_ROUNDS = 5;

  private final EventRepository events;
  private final IdempotencyKeys keys;
  private final EventFilters filters;
  private final FilterFailures filterFailures;
  private final DeliveryLimits limits;
  private final EventContents contents;
  private final FanOutDispatcher dispatcher;
  private final LaneWakes wakes;

  EventWriter(
      EventRepository events,
      IdempotencyKeys keys,
      EventFilters filters,
      FilterFailures filterFailures,
      DeliveryLimits limits,
      EventContents contents,
      FanOutDispatcher dispatcher,
      LaneWakes wakes) {
    this.events = events;
    this.keys = keys;
    this.filters = filters;
    this.filterFailures = filterFailures;
    this.limits = limits;
    this.contents = contents;
    this.dispatcher = dispatcher;
    this.wakes = wakes;
  }

  /** What was written, and is to be followed up once it is committed. */
  static final class Written {

    private final Map<UUID, IntakeResult> results = new HashMap<>();
    private final List<IdentifiedEvent> toDeliver = new ArrayList<>();
    private final List<UUID> fanOuts = new ArrayList<>();
    private final NewDeliveries deliveries = new NewDeliveries();

    /** What became of an event of the batch. */
    IntakeResult result(IdentifiedEvent event) {
      return Objects.requireNonNull(results.get(event.id()));
    }
  }

  /** Writes the events in one commit, or in the caller's transaction. */
  Written write(List<IdentifiedEvent> batch) {
    Written written = new Written();
    List<IdentifiedEvent> open = batch;
    for (int round = 0; !open.isEmpty(); round++) {
      if (round == MAX_ROUNDS) {
        throw new ConcurrencyFailureException("idempotency keys or filters came and went");
      }
      open = writeRound(open, written);
    }
    return written;
  }

  /** Has the deliveries made of what is committed now. Never blocks. */
  void follow(Written written) {
    written.toDeliver.forEach(event -> remember(event, webhooks(written.result(event))));
    dispatcher.dispatch(written.fanOuts);
    wakes.wake(written.deliveries);
  }

  /** Returns those that are neither written nor repeat another. */
  private List<IdentifiedEvent> writeRound(List<IdentifiedEvent> open, Written written) {
    List<IdentifiedEvent> batch = filters.judged(open);
    Accepted accepted = events.accept(batch, limits.maxAttempts());
    if (accepted.filtersChanged()) {
      filters.forget(batch);
      return batch;
    }
    written.fanOuts.addAll(accepted.fanOuts());
    written.deliveries.addAll(accepted.deliveries());
    List<IdentifiedEvent> repeated = new ArrayList<>();
    for (IdentifiedEvent event : batch) {
      AcceptedEvent answer = accepted.events().get(event.id());
      if (answer == null) {
        repeated.add(event);
      } else {
        if (!answer.webhookIds().isEmpty()) {
          written.toDeliver.add(event);
        }
        written.results.put(event.id(), new Committed(answer));
        countFailures(event);
      }
    }
    return repeated.isEmpty() ? repeated : answerRepeated(repeated, written);
  }

  private void countFailures(IdentifiedEvent event) {
    Judgement judgement = event.judgement();
    if (judgement != null) {
      filterFailures.count(judgement.failed());
    }
  }

  private List<IdentifiedEvent> answerRepeated(List<IdentifiedEvent> repeated, Written written) {
    Map<IdempotencyKeys.Key, Holder> holders =
        keys.find(repeated.stream().map(EventWriter::key).distinct().toList());
    List<IdentifiedEvent> open = new ArrayList<>();
    for (IdentifiedEvent event : repeated) {
      Holder holder = holders.get(key(event));
      if (holder == null) {
        open.add(event);
      } else {
        written.results.put(event.id(), result(event, holder));
      }
    }
    return open;
  }

  private static IntakeResult result(IdentifiedEvent event, Holder holder) {
    EventId first = new EventId(holder.eventId());
    return Arrays.equals(event.requestHash(), holder.requestHash())
        ? new Committed(new AcceptedEvent(first, holder.webhookIds(), true))
        : new KeyReused(first);
  }

  private static IdempotencyKeys.Key key(IdentifiedEvent event) {
    NewEvent pushed = event.event();
    return new IdempotencyKeys.Key(
        pushed.namespace(), Objects.requireNonNull(pushed.options().idempotencyKey()));
  }

  private static int webhooks(IntakeResult result) {
    return result.eventOrThrow().webhookIds().size();
  }

  private void remember(IdentifiedEvent identified, int webhooks) {
    NewEvent event = identified.event();
    contents.remember(
        identified.id(),
        new EventContent(
            event.namespace(), event.name(), event.payload(), identified.span().traceparent()),
        webhooks);
  }
}
