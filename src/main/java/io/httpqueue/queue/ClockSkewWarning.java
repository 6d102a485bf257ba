package io.httpqueue.queue;

import io.httpqueue.database.ClockSkew;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Says once at the start that the clock is wrong: nothing else would, until work stands still. */
@Component
class ClockSkewWarning {

  private static final Logger log = LoggerFactory.getLogger(ClockSkewWarning.class);

  private final ClockSkew skew;

  ClockSkewWarning(ClockSkew skew) {
    this.skew = skew;
  }

  @EventListener(ApplicationReadyEvent.class)
  void warn() {
    try {
      Duration ahead = skew.measure();
      if (ahead.abs().compareTo(ClockSkew.TOLERATED) > 0) {
        log.warn(
            "This server's clock is {}: servers may take each other for dead, and ids and"
                + " timestamps are wrong. Have both synchronize their clocks",
            ClockSkew.describe(ahead));
      }
    } catch (DataAccessException e) {
      log.debug("The clock was not compared: {}", e.getMessage());
    }
  }
}
