package io.httpqueue.delivery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One moment of {@link LaneModel}: what is in Postgres, what is on its way, and where the threads
 * of two servers stand.
 *
 * @param due deliveries that are committed and not sent, a bit each
 * @param row of {@code delivery_lane}
 * @param jobs the epochs for which a job waits to be run, a bit each
 * @param pushers for each server, the thread that wakes lanes after a commit
 * @param told for each server, whether a notification is on its way to it
 * @param lanes the threads that run lanes, on either server
 * @param stopEpoch of a stop that waits for the lane to end; 0 if there is none
 * @param left what may still happen
 */
record LaneModelState(
    int due,
    Row row,
    int jobs,
    List<Pusher> pushers,
    List<Boolean> told,
    List<Lane> lanes,
    int stopEpoch,
    Left left) {

  static final int SERVERS = 2;

  /** {@code lease_until}: null, in the future, in the past; by Postgres' clock. */
  enum Lease {
    NONE,
    LIVE,
    OVER
  }

  record Row(int epoch, boolean running, Lease lease) {}

  enum Waking {
    NOTHING,
    TELL_LANE,
    ASK_ROW,
    START_JOB
  }

  record Pusher(Waking waking, int epoch) {

    static final Pusher RESTS = new Pusher(Waking.NOTHING, 0);
  }

  /** Where a lane's thread stands, in its order. */
  enum Phase {
    ACQUIRES,
    ADDS_ITSELF,
    CHECKS_PLACE,
    RUNS,
    LEAVES,
    RELEASES,
    LOOKS,
    WAKES,
    STARTS_JOB
  }

  /**
   * A lane's thread.
   *
   * @param held whether it believes that it has the lease
   * @param mail whether a message waits for it
   * @param more whether it will read, {@code known} what it has read and not sent
   * @param renewed Postgres has renewed its lease, and it has not heard of it yet
   */
  record Lane(
      int server,
      int epoch,
      Phase phase,
      boolean held,
      boolean mail,
      boolean more,
      int known,
      boolean renewed) {

    static Lane of(int server, int epoch) {
      return new Lane(server, epoch, Phase.ACQUIRES, false, false, true, 0, false);
    }

    Lane at(Phase next) {
      return new Lane(server, epoch, next, held, mail, more, known, renewed);
    }

    Lane waking(int newEpoch) {
      return new Lane(server, newEpoch, Phase.STARTS_JOB, false, false, false, 0, false);
    }

    Lane held(boolean now) {
      return new Lane(server, epoch, phase, now, mail, more, known, renewed);
    }

    Lane renewed(boolean now) {
      return new Lane(server, epoch, phase, held, mail, more, known, now);
    }

    Lane mailed(boolean now, boolean mustRead) {
      return new Lane(server, epoch, phase, held, now, mustRead, known, renewed);
    }

    Lane knowing(int deliveries) {
      return new Lane(server, epoch, phase, held, mail, false, deliveries, renewed);
    }

    /** Whether other threads of its server find it. */
    boolean isRegistered() {
      return phase == Phase.CHECKS_PLACE || phase == Phase.RUNS || phase == Phase.LEAVES;
    }

    /** Whether it may send. */
    boolean believes() {
      return held && (phase == Phase.ADDS_ITSELF || isRegistered());
    }
  }

  /** How much of what is bounded may still happen. */
  record Left(int pushes, int stalls, int crashes, int sweeps, int turns, int stops) {

    Left minus(Left used) {
      return new Left(
          pushes - used.pushes,
          stalls - used.stalls,
          crashes - used.crashes,
          sweeps - used.sweeps,
          turns - used.turns,
          stops - used.stops);
    }
  }

  static LaneModelState start(Left left) {
    return new LaneModelState(
        0,
        new Row(0, false, Lease.NONE),
        0,
        List.of(Pusher.RESTS, Pusher.RESTS),
        List.of(false, false),
        List.of(),
        0,
        left);
  }

  long believers() {
    return lanes.stream().filter(Lane::believes).count();
  }

  /** The lane that other threads of a server find: the newest that is registered. */
  Optional<Lane> current(int server) {
    return lanes.stream()
        .filter(lane -> lane.server() == server && lane.isRegistered())
        .reduce((older, newer) -> newer.epoch() > older.epoch() ? newer : older);
  }

  LaneModelState with(Row next) {
    return new LaneModelState(due, next, jobs, pushers, told, lanes, stopEpoch, left);
  }

  LaneModelState withDue(int next) {
    return new LaneModelState(next, row, jobs, pushers, told, lanes, stopEpoch, left);
  }

  LaneModelState withJobs(int next) {
    return new LaneModelState(due, row, next, pushers, told, lanes, stopEpoch, left);
  }

  LaneModelState with(Left next) {
    return new LaneModelState(due, row, jobs, pushers, told, lanes, stopEpoch, next);
  }

  LaneModelState minus(Left used) {
    return with(left.minus(used));
  }

  LaneModelState withStop(int epoch) {
    return new LaneModelState(due, row, jobs, pushers, told, lanes, epoch, left);
  }

  LaneModelState with(int server, Pusher next) {
    return new LaneModelState(
        due, row, jobs, replaced(pushers, server, next), told, lanes, stopEpoch, left);
  }

  LaneModelState withTold(int server, boolean next) {
    return new LaneModelState(
        due, row, jobs, pushers, replaced(told, server, next), lanes, stopEpoch, left);
  }

  /** In an order of their own: which thread is which makes no other state. */
  LaneModelState with(List<Lane> all) {
    List<Lane> next = new ArrayList<>(all);
    next.sort(Comparator.comparingInt(Lane::epoch).thenComparingInt(Lane::server));
    return new LaneModelState(due, row, jobs, pushers, told, List.copyOf(next), stopEpoch, left);
  }

  LaneModelState with(Lane before, Lane after) {
    return with(replaced(lanes, lanes.indexOf(before), after));
  }

  LaneModelState without(Lane gone) {
    List<Lane> rest = new ArrayList<>(lanes);
    rest.remove(gone);
    return with(List.copyOf(rest));
  }

  private static <T> List<T> replaced(List<T> all, int index, T next) {
    List<T> copy = new ArrayList<>(all);
    copy.set(index, next);
    return List.copyOf(copy);
  }
}
