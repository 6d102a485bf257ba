package io.httpqueue.delivery;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Two lanes at the one place that they share. Each has a place of its own, and it is taken. */
final class FairShareStress {

  private FairShareStress() {}

  /** What both races begin with. */
  abstract static class BusyLanes {

    final FairShare places = FairShareTest.places(1);
    final FairShare.Share one = busy();
    final FairShare.Share other = busy();

    private FairShare.Share busy() {
      FairShare.Share lane = places.join();
      lane.take();
      return lane;
    }
  }

  /** Both want it. */
  @JCStressTest
  @Outcome(
      id = {"true, false, 3", "false, true, 3"},
      expect = Expect.ACCEPTABLE,
      desc = "One lane has it.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "Both lanes have it, or nobody.")
  @State
  public static class LastPlace extends BusyLanes {

    @Actor
    public void one(ZZI_Result result) {
      result.r1 = one.take();
    }

    @Actor
    public void other(ZZI_Result result) {
      result.r2 = other.take();
    }

    @Arbiter
    public void count(ZZI_Result result) {
      result.r3 = places.inFlight();
    }
  }

  /** One gives it back while the other wants it. */
  @JCStressTest
  @Outcome(id = "true, false, 3", expect = Expect.ACCEPTABLE, desc = "The other lane has it.")
  @Outcome(id = "false, true, 3", expect = Expect.ACCEPTABLE, desc = "It is free, and was late.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "It is there twice, or lost.")
  @State
  public static class GivenBack extends BusyLanes {

    public GivenBack() {
      one.take();
    }

    @Actor
    public void one() {
      one.give();
    }

    @Actor
    public void other(ZZI_Result result) {
      result.r1 = other.take();
    }

    @Arbiter
    public void takeAgain(ZZI_Result result) {
      result.r2 = one.take();
      result.r3 = places.inFlight();
    }
  }
}
