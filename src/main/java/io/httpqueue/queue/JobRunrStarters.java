package io.httpqueue.queue;

import io.httpqueue.delivery.LaneStart;
import io.httpqueue.delivery.LaneStarter;
import io.httpqueue.delivery.ReplayId;
import io.httpqueue.delivery.ReplayStarter;
import io.httpqueue.event.FanOutStarter;
import java.util.List;
import java.util.UUID;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.storage.StorageException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;

/**
 * Has fan-outs and replays run as JobRunr jobs, and so lanes that another server may take; other
 * lanes run in threads of this server, where it has any. Thread-safe.
 */
@Component
class JobRunrStarters implements LaneStarter, FanOutStarter, ReplayStarter {

  private final JobRequestScheduler scheduler;
  private final JobNudge nudge;
  private final LiveServers servers;
  private final ObjectProvider<LaneThreads> threads;

  JobRunrStarters(
      JobRequestScheduler scheduler,
      JobNudge nudge,
      LiveServers servers,
      ObjectProvider<LaneThreads> threads) {
    this.scheduler = scheduler;
    this.nudge = nudge;
    this.servers = servers;
    this.threads = threads;
  }

  @Override
  public void start(List<LaneStart> lanes) {
    enqueueLanes(startHere(lanes));
  }

  @Override
  public void startAnywhere(List<LaneStart> lanes) {
    enqueueLanes(servers() > 1 ? lanes : startHere(lanes));
  }

  private void enqueueLanes(List<LaneStart> lanes) {
    if (!lanes.isEmpty()) {
      enqueue(() -> scheduler.enqueue(lanes.stream().map(LaneJob::of)));
      nudge.everywhere();
    }
  }

  /** Returns those that cannot run here: this server is no worker, or is stopping. */
  private List<LaneStart> startHere(List<LaneStart> lanes) {
    LaneThreads here = threads.getIfAvailable();
    return here == null ? lanes : lanes.stream().filter(lane -> !here.start(lane)).toList();
  }

  @Override
  public int servers() {
    return servers.count();
  }

  @Override
  public void startFanOuts(List<UUID> fanOuts) {
    enqueue(() -> scheduler.enqueue(FanOutJob.of(fanOuts)));
    nudge.soon();
  }

  @Override
  public void startReplay(ReplayId replay) {
    enqueue(() -> scheduler.enqueue(new ReplayJob(replay.value())));
    nudge.soon();
  }

  private static void enqueue(Runnable enqueue) {
    try {
      enqueue.run();
    } catch (StorageException e) {
      throw new DataAccessResourceFailureException("JobRunr could not store a job", e);
    }
  }
}
