package io.httpqueue.event;

import java.util.List;
import java.util.UUID;

/**
 * What the fan-out needs run, whoever runs it: each start must lead to one {@link FanOut#run}, on
 * any server.
 */
public interface FanOutStarter {

  /** Has these rows of {@code fan_out} worked on soon. Blocks while the database is written. */
  void startFanOuts(List<UUID> fanOuts);
}
