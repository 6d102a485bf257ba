package io.httpqueue.delivery;

import io.httpqueue.delivery.LaneModelState.Lane;
import io.httpqueue.delivery.LaneModelState.Lease;
import io.httpqueue.delivery.LaneModelState.Left;
import io.httpqueue.delivery.LaneModelState.Pusher;
import io.httpqueue.delivery.LaneModelState.Row;
import io.httpqueue.delivery.LaneModelState.Waking;
import io.httpqueue.delivery.StateSpace.Step;
import java.util.List;

/** What comes to {@link LaneModel} from outside: events, and faults. */
record LaneModelEvents(LaneModelState state, List<Step<LaneModelState>> steps) {

  void add() {
    Left left = state.left();
    for (int server = 0; server < LaneModelState.SERVERS; server++) {
      // The first is server 0: the two are alike.
      boolean turn = server == 0 || state.row().epoch() > 0 || state.due() != 0;
      if (left.pushes() > 0 && turn && state.pushers().get(server).equals(Pusher.RESTS)) {
        push(server);
      }
      if (left.crashes() > 0) {
        crash(server);
      }
    }
    if (left.stalls() > 0) {
      stall();
    }
    if (left.stops() > 0 && state.row().epoch() > 0) {
      stop();
    }
  }

  private void push(int server) {
    LaneModel.add(
        steps,
        "server " + server + " commits a delivery",
        state
            .withDue(state.due() | 1 << state.left().pushes())
            .with(server, new Pusher(Waking.TELL_LANE, 0))
            .minus(new Left(1, 0, 0, 0, 0, 0)));
  }

  private void crash(int server) {
    LaneModel.add(
        steps,
        "server " + server + " is killed",
        state
            .with(state.lanes().stream().filter(lane -> lane.server() != server).toList())
            .with(server, Pusher.RESTS)
            .withTold(server, false)
            .minus(new Left(0, 0, 1, 0, 0, 0)));
  }

  /** A thread is late: a lane does not renew in time, or a job is not begun in time. */
  private void stall() {
    LaneModelState stalled = state.minus(new Left(0, 1, 0, 0, 0, 0));
    for (Lane lane : state.lanes()) {
      if (lane.believes()) {
        LaneModel.add(
            steps,
            "lane " + lane.epoch() + " on server " + lane.server() + " renews too late",
            stalled.with(lane, lane.held(false)));
      }
    }
    Row row = state.row();
    if (row.lease() == Lease.LIVE && !row.running() && state.believers() == 0) {
      LaneModel.add(
          steps,
          "job " + row.epoch() + " begins too late",
          stalled.with(new Row(row.epoch(), false, Lease.OVER)));
    }
  }

  /** The webhook is unregistered: what was due is cancelled, and nothing more comes. */
  private void stop() {
    Row row = state.row();
    LaneModel.add(
        steps,
        "the lane is stopped",
        state
            .withDue(0)
            .with(new Row(row.epoch() + 1, false, row.running() ? row.lease() : Lease.NONE))
            .withStop(row.epoch() + 1)
            .minus(new Left(0, 0, 0, 0, 0, 1)));
  }
}
