package io.httpqueue.event;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Whether anybody is registered for operational events, asked anew every second at most. For one
 * thread.
 */
@Component
class Listeners {

  private static final Duration FRESH_FOR = Duration.ofSeconds(1);

  private final JdbcClient jdbc;
  private boolean any;
  private long askedAtNanos = System.nanoTime() - FRESH_FOR.toNanos();

  Listeners(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  private static final String ANY =
      "SELECT EXISTS (SELECT FROM webhook_subscription WHERE namespace = :namespace)";

  boolean any() {
    if (System.nanoTime() - askedAtNanos >= FRESH_FOR.toNanos()) {
      any =
          jdbc.sql(ANY)
              .param("namespace", PushedOperationalEvents.NAMESPACE)
              .query(Boolean.class)
              .single();
      askedAtNanos = System.nanoTime();
    }
    return any;
  }
}
