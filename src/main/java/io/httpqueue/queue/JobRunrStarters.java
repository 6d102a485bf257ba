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
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;

/** Has lanes, fan-outs and replays run as JobRunr jobs. Thread-safe. */
@Component
class JobRunrStarters implements LaneStarter, FanOutStarter, ReplayStarter {

  private final JobRequestScheduler scheduler;
  private final JobNudge nudge;
  private final LiveServers servers;

  JobRunrStarters(JobRequestScheduler scheduler, JobNudge nudge, LiveServers servers) {
    this.scheduler = scheduler;
    this.nudge = nudge;
    this.servers = servers;
  }

  @Override
  public void start(List<LaneStart> lanes) {
    enqueue(() -> scheduler.enqueue(lanes.stream().map(LaneJob::of)));
    nudge.soon();
  }

  @Override
  public void startAnywhere(LaneStart lane) {
    enqueue(() -> scheduler.enqueue(LaneJob.of(lane)));
    nudge.everywhere();
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
