package io.httpqueue.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that the collector does not take telemetry, and once that it does again. */
final class CollectorWatch {

  private static final Logger log = LoggerFactory.getLogger(CollectorWatch.class);

  private enum State {
    NOT_TRIED,
    ANSWERS,
    IS_AWAY
  }

  private final String endpoint;
  private final AtomicReference<State> state = new AtomicReference<>(State.NOT_TRIED);

  CollectorWatch(String endpoint) {
    this.endpoint = endpoint;
  }

  CompletableResultCode watch(CompletableResultCode export) {
    return export.whenComplete(() -> record(export.isSuccess()));
  }

  private void record(boolean success) {
    State now = success ? State.ANSWERS : State.IS_AWAY;
    State before = state.getAndSet(now);
    if (now == State.IS_AWAY && before != State.IS_AWAY) {
      log.info("No OTLP collector takes telemetry at {}; it is dropped until one does", endpoint);
    } else if (now == State.ANSWERS && before == State.IS_AWAY) {
      log.info("The OTLP collector at {} takes telemetry now", endpoint);
    }
  }
}
