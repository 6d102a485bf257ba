package io.httpqueue.event;

import io.httpqueue.delivery.DeliveryLimits;
import io.httpqueue.delivery.EventContent;
import io.httpqueue.delivery.EventContents;
import io.httpqueue.delivery.LaneWaker;
import io.httpqueue.event.FanOutRepository.Made;
import io.httpqueue.roles.Roles;
import io.httpqueue.telemetry.Traces;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Makes deliveries from accepted events: one commit for many, then the lanes are woken. What a
 * crash leaves undone stays in {@code fan_out}. Thread-safe.
 */
@Component
public class FanOut {

  /**
   * How many rows go into one commit; the intake bounds how many deliveries each of them stands
   * for.
   */
  private static final int SLICES_PER_COMMIT = 8;

  private static final int SWEEP_LIMIT = 1_000;

  private final FanOutRepository repository;
  private final FanOutDispatcher dispatcher;
  private final FanOutStarter starter;
  private final LaneWaker waker;
  private final DeliveryLimits limits;
  private final FanOutSettings settings;
  private final EventContents contents;
  private final Traces traces;
  private final Clock clock;
  private final Duration linger;

  FanOut(
      FanOutRepository repository,
      FanOutDispatcher dispatcher,
      FanOutStarter starter,
      LaneWaker waker,
      DeliveryLimits limits,
      FanOutSettings settings,
      EventContents contents,
      Traces traces,
      Clock clock,
      Roles roles) {
    this.repository = repository;
    this.dispatcher = dispatcher;
    this.starter = starter;
    this.waker = waker;
    this.limits = limits;
    this.settings = settings;
    this.contents = contents;
    this.traces = traces;
    this.clock = clock;
    // Where nothing is accepted there is nothing to wait for.
    this.linger = roles.api() ? settings.linger() : Duration.ZERO;
  }

  /**
   * Makes the deliveries of these rows of {@code fan_out}, then goes on with whatever this server
   * accepts, until nothing has come for the linger time or the turn is over. Rows that another has
   * taken are passed over. Blocks meanwhile.
   */
  public void run(List<UUID> fanOuts) throws InterruptedException {
    dispatcher.attach();
    try {
      long end = System.nanoTime() + settings.turn().toNanos();
      List<UUID> due = fanOuts;
      while (!due.isEmpty()) {
        for (int i = 0; i < due.size(); i += SLICES_PER_COMMIT) {
          make(due.subList(i, Math.min(due.size(), i + SLICES_PER_COMMIT)));
        }
        Duration patience = System.nanoTime() < end ? linger : Duration.ZERO;
        due = patience.isZero() ? List.of() : dispatcher.next(SLICES_PER_COMMIT, patience);
      }
    } finally {
      dispatcher.detach();
    }
  }

  /** Starts anew what has been waiting for too long; returns how many rows that were. */
  public int sweep() {
    List<UUID> left = repository.leftBehind(settings.sweepAfter(), SWEEP_LIMIT);
    if (!left.isEmpty()) {
      starter.startFanOuts(left);
    }
    return left.size();
  }

  /** Ends the turn of the jobs that run here now; others may follow. */
  public void endTurns() {
    dispatcher.endTurns();
  }

  /** Ends the wait of the jobs that run here; what is committed already is fanned out by others. */
  public void stop() {
    dispatcher.close();
  }

  private void make(List<UUID> fanOuts) {
    Instant from = clock.instant();
    Made made = repository.make(fanOuts, limits.maxAttempts());
    Instant to = clock.instant();
    // Before the lanes let go of them: what is read here is what they are about to send.
    Map<UUID, EventContent> traced = traces.isRecording() ? contents.load(made.events()) : Map.of();
    made.deliveries().wake(waker);
    traced.forEach(
        (id, content) ->
            traces.fanOut(
                content.traceparent(), id, content.namespace(), from, to, made.events().size()));
  }
}
