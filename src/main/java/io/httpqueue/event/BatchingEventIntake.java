package io.httpqueue.event;

import io.httpqueue.database.BatchWriter;
import io.httpqueue.database.UuidV7;
import io.httpqueue.event.EventWriter.Written;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;

/** Writes all events that have gathered in one commit, and has their deliveries made. */
@Component
class BatchingEventIntake implements EventIntake, AutoCloseable {

  private final EventWriter events;
  private final EventFilters filters;
  private final UuidV7 ids;
  private final IntakeSettings settings;
  private final BatchWriter<IdentifiedEvent, IntakeResult> writer;

  BatchingEventIntake(
      EventWriter events, EventFilters filters, UuidV7 ids, IntakeSettings settings) {
    this.events = events;
    this.filters = filters;
    this.ids = ids;
    this.settings = settings;
    this.writer =
        new BatchWriter<>(
            "event-intake",
            new BatchWriter.Limits(
                settings.batchEvents(),
                settings.batchSize().toBytes(),
                settings.queueEvents(),
                settings.queueSize().toBytes()),
            IdentifiedEvent::size,
            this::write);
  }

  @Override
  public CompletableFuture<AcceptedEvent> accept(NewEvent event) {
    return writer.write(identified(event)).thenApply(IntakeResult::eventOrThrow);
  }

  @Override
  public CompletableFuture<AcceptedEvent> accept(NewEvent event, Duration patience)
      throws InterruptedException {
    return writer.write(identified(event), patience).thenApply(IntakeResult::eventOrThrow);
  }

  /** Filters are asked on the caller's thread: the writing one is everybody's. */
  private IdentifiedEvent identified(NewEvent event) {
    return IdentifiedEvent.of(ids.next(), event, settings.defaultTimeToLive())
        .judged(filters.judge(event));
  }

  @Override
  public void close() {
    writer.close();
  }

  private List<IntakeResult> write(List<IdentifiedEvent> batch) {
    Written written = events.write(batch);
    events.follow(written);
    return batch.stream().map(written::result).toList();
  }
}
