package io.httpqueue.delivery;

/** What replays need run, whoever runs it: each start must lead to one {@link Replays#run}. */
public interface ReplayStarter {

  /** Has a replay run soon, on any server. Blocks while the database is written. */
  void startReplay(ReplayId replay);
}
