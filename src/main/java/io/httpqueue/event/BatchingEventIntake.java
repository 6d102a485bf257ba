package io.httpqueue.event;

import io.httpqueue.database.BatchWriter;
import io.httpqueue.database.UuidV7;
import io.httpqueue.delivery.EventContent;
import io.httpqueue.delivery.EventContents;
import io.httpqueue.event.EventRepository.Accepted;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;

/** Writes all events that have gathered in one commit, and has their deliveries made. */
@Component
class BatchingEventIntake implements EventIntake, AutoCloseable {

  private final EventRepository events;
  private final EventContents contents;
  private final FanOutDispatcher dispatcher;
  private final UuidV7 ids;
  private final IntakeSettings settings;
  private final BatchWriter<IdentifiedEvent, AcceptedEvent> writer;

  BatchingEventIntake(
      EventRepository events,
      EventContents contents,
      FanOutDispatcher dispatcher,
      UuidV7 ids,
      IntakeSettings settings) {
    this.events = events;
    this.contents = contents;
    this.dispatcher = dispatcher;
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
    return writer.write(
        new IdentifiedEvent(
            ids.next(),
            event,
            event.timeToLive() == null ? settings.defaultTimeToLive() : event.timeToLive()));
  }

  @Override
  public void close() {
    writer.close();
  }

  private List<AcceptedEvent> write(List<IdentifiedEvent> batch) {
    Accepted accepted = events.accept(batch);
    for (int i = 0; i < batch.size(); i++) {
      if (!accepted.events().get(i).webhookIds().isEmpty()) {
        remember(batch.get(i));
      }
    }
    dispatcher.dispatch(accepted.fanOuts());
    return accepted.events();
  }

  private void remember(IdentifiedEvent identified) {
    UUID id = identified.id();
    NewEvent event = identified.event();
    contents.remember(id, new EventContent(event.namespace(), event.name(), event.payload()));
  }
}
