package io.httpqueue.harness;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Pushes events that have an idempotency key again and again until they are accepted, each time to
 * the next server. Others it pushes once. Thread-safe.
 */
final class PatientPusher {

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Longer than any fault and what it takes to recover from it. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Pusher pusher;
  private final ScheduledExecutorService timer;

  PatientPusher(Pusher pusher, ScheduledExecutorService timer) {
    this.pusher = pusher;
    this.timer = timer;
  }

  void push(Pusher.Event event, Pusher.Done done) {
    attempt(event, event.sequence(), done);
  }

  private void attempt(Pusher.Event event, long turn, Pusher.Done done) {
    pusher.push(event, turn, accepted -> after(accepted, event, turn, done));
  }

  private void after(boolean accepted, Pusher.Event event, long turn, Pusher.Done done) {
    boolean isOver = System.nanoTime() - event.startedNanos() > PATIENCE.toNanos();
    if (accepted || !event.keyed() || isOver) {
      done.done(accepted);
    } else {
      var _ =
          timer.schedule(
              () -> attempt(event, turn + 1, done), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
