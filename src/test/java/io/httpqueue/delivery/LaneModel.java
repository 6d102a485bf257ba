package io.httpqueue.delivery;

import io.httpqueue.delivery.LaneModelState.Lane;
import io.httpqueue.delivery.LaneModelState.Lease;
import io.httpqueue.delivery.LaneModelState.Left;
import io.httpqueue.delivery.LaneModelState.Phase;
import io.httpqueue.delivery.LaneModelState.Pusher;
import io.httpqueue.delivery.LaneModelState.Row;
import io.httpqueue.delivery.LaneModelState.Waking;
import io.httpqueue.delivery.StateSpace.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How one webhook's lane is woken, claimed, renewed, handed over, stopped and given up, by two
 * servers, as {@link DeliveryLanes}, {@link LaneWaker}, {@link LocalLanes} and {@link
 * LaneRepository} do it. A step is what is atomic there: one statement, or what is done under one
 * lock. Any thread may take the next step, so a thread that does not is a pause of any length.
 */
final class LaneModel {

  /** What can be left out of the protocol, to see that it is needed. */
  enum Flaw {
    NONE,
    /** A lane that is idle does not look for work once its lease is given up. */
    DOES_NOT_LOOK_AGAIN,
    /** Deliveries are told to a lane elsewhere, and nobody asks later whether it had ended. */
    DOES_NOT_CONFIRM,
    /** A lane is woken though its lease is alive. */
    WAKES_THE_LIVING,
    /** A renewal counts from its answer, not from before it was asked for. */
    COUNTS_FROM_THE_ANSWER,
    /** A lane that has lost its lease is told of deliveries, and relied upon. */
    TELLS_THE_DEAD,
    /** A stop gives the place to the next lane at once. */
    STOPS_WITHOUT_WAITING
  }

  private static final int MOST_LANES = 2;

  private final Flaw flaw;

  LaneModel(Flaw flaw) {
    this.flaw = flaw;
  }

  /** All that can happen. */
  List<Step<LaneModelState>> steps(LaneModelState state) {
    List<Step<LaneModelState>> steps = new ArrayList<>(ownSteps(state));
    sweep(state, steps);
    events(state, steps);
    return steps;
  }

  /** What happens by itself: no new event, no fault, no sweep. */
  List<Step<LaneModelState>> ownSteps(LaneModelState state) {
    List<Step<LaneModelState>> steps = new ArrayList<>();
    for (int server = 0; server < LaneModelState.SERVERS; server++) {
      wake(state, server, steps);
      takeJob(state, server, steps);
    }
    state.lanes().forEach(lane -> lane(state, lane, steps));
    time(state, steps);
    endStop(state, steps);
    return steps;
  }

  /** Wakes a lane by the row; the state after it, or empty if it is alive. */
  private Optional<LaneModelState> woken(LaneModelState state) {
    if (state.row().lease() == Lease.LIVE && flaw != Flaw.WAKES_THE_LIVING) {
      return Optional.empty();
    }
    return Optional.of(state.with(new Row(state.row().epoch() + 1, false, Lease.LIVE)));
  }

  private void wake(LaneModelState state, int server, List<Step<LaneModelState>> steps) {
    Pusher pusher = state.pushers().get(server);
    LaneModelState rested = state.with(server, Pusher.RESTS);
    switch (pusher.waking()) {
      case TELL_LANE ->
          add(
              steps,
              "server " + server + " tells its lane",
              tell(rested, server).orElse(state.with(server, new Pusher(Waking.ASK_ROW, 0))));
      case ASK_ROW -> {
        add(
            steps,
            "server " + server + " relies upon a lane elsewhere",
            (flaw == Flaw.DOES_NOT_CONFIRM ? rested : state).withTold(1 - server, true));
        add(
            steps,
            "server " + server + " wakes by the row",
            woken(state)
                .map(woken -> woken.with(server, new Pusher(Waking.START_JOB, woken.row().epoch())))
                .orElse(rested.withTold(1 - server, true)));
      }
      case START_JOB ->
          add(
              steps,
              "server " + server + " makes job " + pusher.epoch(),
              rested.withJobs(rested.jobs() | 1 << pusher.epoch()));
      case NOTHING -> {}
    }
    if (state.told().get(server)) {
      LaneModelState heard = state.withTold(server, false);
      add(steps, "server " + server + " hears of deliveries", tell(heard, server).orElse(heard));
    }
  }

  /** Leaves a message for the server's lane; empty if there is none to rely on. */
  private Optional<LaneModelState> tell(LaneModelState state, int server) {
    return state
        .current(server)
        .filter(lane -> lane.held() || flaw == Flaw.TELLS_THE_DEAD)
        .map(lane -> state.with(lane, lane.mailed(true, lane.more())));
  }

  private static void takeJob(LaneModelState state, int server, List<Step<LaneModelState>> steps) {
    for (int epoch = 1; 1 << epoch <= state.jobs(); epoch++) {
      if ((state.jobs() & 1 << epoch) != 0 && state.lanes().size() < MOST_LANES) {
        List<Lane> lanes = new ArrayList<>(state.lanes());
        lanes.add(Lane.of(server, epoch));
        add(
            steps,
            "server " + server + " takes job " + epoch,
            state.withJobs(state.jobs() & ~(1 << epoch)).with(List.copyOf(lanes)));
      }
    }
  }

  private void lane(LaneModelState state, Lane lane, List<Step<LaneModelState>> steps) {
    String who = "lane " + lane.epoch() + " on server " + lane.server() + " ";
    Row row = state.row();
    boolean mine = row.epoch() == lane.epoch();
    switch (lane.phase()) {
      case ACQUIRES ->
          add(
              steps,
              who + "acquires",
              mine && !row.running()
                  ? state
                      .with(new Row(row.epoch(), true, Lease.LIVE))
                      .with(lane, lane.at(Phase.ADDS_ITSELF).held(true))
                  : state.without(lane));
      case ADDS_ITSELF ->
          add(steps, who + "adds itself", state.with(lane, lane.at(Phase.CHECKS_PLACE)));
      case CHECKS_PLACE ->
          add(
              steps,
              who + "checks its place",
              mine && row.running()
                  ? state
                      .with(new Row(row.epoch(), true, Lease.LIVE))
                      .with(lane, lane.at(Phase.RUNS))
                  : state.with(lane, lane.at(Phase.RUNS).held(false)));
      case RUNS -> run(state, lane, who, steps);
      case LEAVES -> add(steps, who + "leaves", state.with(lane, lane.at(Phase.RELEASES)));
      case RELEASES ->
          add(
              steps,
              who + "releases",
              mine
                  ? state
                      .with(new Row(row.epoch(), false, Lease.NONE))
                      .with(lane, lane.held(false).at(Phase.LOOKS))
                  : state.without(lane));
      case LOOKS ->
          add(
              steps,
              who + "looks",
              state.due() != 0 && flaw != Flaw.DOES_NOT_LOOK_AGAIN
                  ? state.with(lane, lane.at(Phase.WAKES))
                  : state.without(lane));
      case WAKES ->
          add(
              steps,
              who + "wakes the next",
              woken(state)
                  .map(woken -> woken.with(lane, lane.waking(woken.row().epoch())))
                  .orElse(state.without(lane)));
      case STARTS_JOB ->
          add(
              steps,
              who + "makes its job",
              state.without(lane).withJobs(state.jobs() | 1 << lane.epoch()));
    }
    if (lane.isRegistered()) {
      renew(state, lane, who, steps);
    }
  }

  private void run(LaneModelState state, Lane lane, String who, List<Step<LaneModelState>> steps) {
    if (!lane.held()) {
      add(steps, who + "finds its lease over", state.with(lane, lane.at(Phase.LEAVES)));
      return;
    }
    if (lane.mail()) {
      add(steps, who + "reads its mail", state.with(lane, lane.mailed(false, true)));
    } else if (lane.more()) {
      add(steps, who + "reads", state.with(lane, lane.knowing(state.due())));
    } else if (lane.known() == 0) {
      add(steps, who + "is idle", state.with(lane, lane.at(Phase.LEAVES)));
    }
    if (lane.known() != 0) {
      int first = Integer.lowestOneBit(lane.known());
      Lane after =
          new Lane(
              lane.server(),
              lane.epoch(),
              lane.phase(),
              lane.held(),
              lane.mail(),
              lane.more(),
              lane.known() & ~first,
              lane.renewed());
      add(steps, who + "delivers", state.withDue(state.due() & ~first).with(lane, after));
    }
    if (state.left().turns() > 0) {
      add(
          steps,
          who + "has had its turn",
          state.minus(new Left(0, 0, 0, 0, 1, 0)).with(lane, lane.at(Phase.LEAVES)));
    }
  }

  // The lane counts its lease from before it asked, so that what it believes ends before what
  // Postgres keeps. With that flaw the two are steps of their own.
  private void renew(
      LaneModelState state, Lane lane, String who, List<Step<LaneModelState>> steps) {
    boolean mine = state.row().epoch() == lane.epoch() && state.row().running();
    LaneModelState renewed =
        state.with(new Row(state.row().epoch(), state.row().running(), Lease.LIVE));
    if (!mine && lane.held()) {
      add(steps, who + "hears that its place is lost", state.with(lane, lane.held(false)));
    } else if (mine && flaw == Flaw.COUNTS_FROM_THE_ANSWER && !lane.renewed()) {
      add(steps, who + "is renewed", renewed.with(lane, lane.renewed(true)));
    } else if (mine && (!lane.held() || state.row().lease() == Lease.OVER)) {
      add(steps, who + "is renewed", renewed.with(lane, lane.held(true)));
    }
    if (lane.renewed()) {
      add(steps, who + "hears of it", state.with(lane, lane.held(true).renewed(false)));
    }
  }

  /** A lease ends in Postgres once the one it is given to cannot believe in it any more. */
  private static void time(LaneModelState state, List<Step<LaneModelState>> steps) {
    Row row = state.row();
    boolean awaited =
        (state.jobs() & 1 << row.epoch()) != 0
            || state.pushers().stream().anyMatch(pusher -> pusher.epoch() == row.epoch())
            || state.lanes().stream()
                .anyMatch(
                    lane ->
                        // A stop leaves the lease that the lane before it goes by.
                        lane.believes()
                            || (lane.epoch() == row.epoch()
                                && (lane.phase() == Phase.ACQUIRES
                                    || lane.phase() == Phase.STARTS_JOB)));
    if (row.lease() == Lease.LIVE && !awaited) {
      add(
          steps,
          "the lease ends in Postgres",
          state.with(new Row(row.epoch(), row.running(), Lease.OVER)));
    }
  }

  private void endStop(LaneModelState state, List<Step<LaneModelState>> steps) {
    boolean ended =
        state.lanes().stream().noneMatch(Lane::believes) || flaw == Flaw.STOPS_WITHOUT_WAITING;
    if (state.stopEpoch() != 0 && ended) {
      LaneModelState after = state.withStop(0);
      add(
          steps,
          "the stop is over",
          state.row().epoch() == state.stopEpoch()
              ? after.with(new Row(state.stopEpoch(), false, Lease.NONE))
              : after);
    }
  }

  private void sweep(LaneModelState state, List<Step<LaneModelState>> steps) {
    if (state.left().sweeps() > 0 && state.due() != 0 && state.row().lease() != Lease.LIVE) {
      woken(state)
          .ifPresent(
              woken ->
                  add(
                      steps,
                      "the sweep wakes",
                      woken
                          .minus(new Left(0, 0, 0, 1, 0, 0))
                          .withJobs(woken.jobs() | 1 << woken.row().epoch())));
    }
  }

  private static void events(LaneModelState state, List<Step<LaneModelState>> steps) {
    new LaneModelEvents(state, steps).add();
  }

  static void add(List<Step<LaneModelState>> steps, String what, LaneModelState to) {
    steps.add(new Step<>(what, to));
  }
}
