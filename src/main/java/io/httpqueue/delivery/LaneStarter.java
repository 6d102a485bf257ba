package io.httpqueue.delivery;

import java.util.List;

/**
 * What lanes need run, whoever runs it: each start must lead to one {@link DeliveryLanes#run}, on
 * any server.
 */
public interface LaneStarter {

  /** Has lanes started soon, here if this server runs any. Blocks while the database is written. */
  void start(List<LaneStart> lanes);

  /** Has lanes started soon, each by whichever server is first. Blocks as well. */
  void startAnywhere(List<LaneStart> lanes);

  /** How many servers there are to share the work with, this one included. */
  int servers();
}
