package io.httpqueue.event;

import io.httpqueue.database.Batcher;
import io.httpqueue.database.UuidV7;
import io.httpqueue.delivery.IntakePrecedence;
import io.httpqueue.event.EventWriter.Written;
import io.httpqueue.event.IntakeResult.Committed;
import io.httpqueue.telemetry.EventSpan;
import io.httpqueue.telemetry.Traces;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;

/** Writes all events that have gathered in one commit, and has their deliveries made. */
@Component
class BatchingEventIntake implements EventIntake, AutoCloseable {

  private final EventWriter events;
  private final EventFilters filters;
  private final UuidV7 ids;
  private final IntakeSettings settings;
  private final FanOutSettings fanOut;
  private final IntakeMetrics metrics;
  private final Traces traces;
  private final Clock clock;
  private final IntakePrecedence precedence;
  private final Batcher<IdentifiedEvent, IntakeResult> writer;

  BatchingEventIntake(
      EventWriter events,
      EventFilters filters,
      UuidV7 ids,
      IntakeSettings settings,
      FanOutSettings fanOut,
      IntakeMetrics metrics,
      Traces traces,
      Clock clock,
      IntakePrecedence precedence) {
    this.events = events;
    this.filters = filters;
    this.ids = ids;
    this.settings = settings;
    this.fanOut = fanOut;
    this.metrics = metrics;
    this.traces = traces;
    this.clock = clock;
    this.precedence = precedence;
    this.writer =
        new Batcher<>(
            "event-intake",
            new Batcher.Limits(
                settings.batchEvents(),
                settings.batchSize().toBytes(),
                settings.queueEvents(),
                settings.queueSize().toBytes()),
            Batcher.Pace.NONE,
            IdentifiedEvent::size,
            this::write);
    metrics.waiting(writer::queuedItems);
  }

  @Override
  public boolean readsFirst(String namespace) {
    return filters.readsFirst(namespace);
  }

  @Override
  public CompletableFuture<AcceptedEvent> accept(NewEvent event) {
    IdentifiedEvent identified = identified(event);
    try {
      return answer(identified, writer.submit(identified));
    } catch (RuntimeException e) {
      throw refused(identified, e);
    }
  }

  @Override
  public CompletableFuture<AcceptedEvent> accept(NewEvent event, Duration patience)
      throws InterruptedException {
    IdentifiedEvent identified = identified(event);
    try {
      return answer(identified, writer.submit(identified, patience));
    } catch (RuntimeException e) {
      throw refused(identified, e);
    }
  }

  /** Filters are asked on the caller's thread: the writing one is everybody's. */
  private IdentifiedEvent identified(NewEvent event) {
    UUID id = ids.next();
    EventSpan span = traces.publish(id, event.namespace(), event.name());
    return IdentifiedEvent.of(id, event, settings.defaultTimeToLive(), span)
        .judged(filters.judge(event));
  }

  private static CompletableFuture<AcceptedEvent> answer(
      IdentifiedEvent event, CompletableFuture<IntakeResult> written) {
    return written
        .thenApply(IntakeResult::eventOrThrow)
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                event.span().failed(failure);
              }
            });
  }

  private RuntimeException refused(IdentifiedEvent event, RuntimeException failure) {
    metrics.refused(1, failure);
    event.span().failed(failure);
    return failure;
  }

  @Override
  public void close() {
    writer.close();
  }

  private List<IntakeResult> write(List<IdentifiedEvent> batch) {
    Instant from = clock.instant();
    long started = System.nanoTime();
    Written written = precedence.goFirst(() -> written(batch));
    Duration duration = Duration.ofNanos(System.nanoTime() - started);
    events.follow(written);
    List<IntakeResult> results = batch.stream().map(written::result).toList();
    metrics.committed(batch, results, duration);
    Instant to = from.plus(duration);
    for (int i = 0; i < batch.size(); i++) {
      trace(batch.get(i), results.get(i), from, to, batch.size());
    }
    return results;
  }

  private void trace(
      IdentifiedEvent event, IntakeResult result, Instant from, Instant to, int batch) {
    EventSpan span = event.span();
    if (span.isRecorded()
        && result instanceof Committed(AcceptedEvent accepted)
        && !accepted.duplicate()
        && !accepted.webhookIds().isEmpty()
        && fanOut.isMadeAtOnce(accepted.webhookIds().size())) {
      traces.fanOut(span.traceparent(), event.id(), event.event().namespace(), from, to, batch);
    }
    span.committed(from, to, batch);
  }

  private Written written(List<IdentifiedEvent> batch) {
    try {
      return events.write(batch);
    } catch (RuntimeException e) {
      metrics.refused(batch.size(), e);
      throw e;
    }
  }
}
