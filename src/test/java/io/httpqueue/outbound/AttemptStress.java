package io.httpqueue.outbound;

import io.httpqueue.outbound.Attempt.End;
import io.httpqueue.outbound.Attempt.Step;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** An attempt that is ended by one thread while another does its work. */
final class AttemptStress {

  private AttemptStress() {}

  /** A step that blocks is never left to itself when the attempt is over. */
  @JCStressTest
  @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "It blocks, and nobody breaks it off.")
  @Outcome(
      id = {"1", "2"},
      expect = Expect.ACCEPTABLE,
      desc = "It is broken off.")
  @State
  public static class EndedAtTheBeginOfAStep {

    private final Attempt attempt = new Attempt(null);
    private final AtomicInteger brokenOff = new AtomicInteger();

    @Actor
    public void work() {
      attempt.enter(Step.CONNECT, () -> brokenOff.incrementAndGet() > 0);
    }

    @Actor
    public void end() {
      attempt.end(End.DEADLINE);
    }

    @Arbiter
    public void count(I_Result result) {
      result.r1 = brokenOff.get();
    }
  }

  /** What is finished is not broken off, and what was broken off is not finished. */
  @JCStressTest
  @Outcome(id = "true, false, 0", expect = Expect.ACCEPTABLE, desc = "It finished in time.")
  @Outcome(id = "false, true, 1", expect = Expect.ACCEPTABLE, desc = "It was broken off.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "Both, or neither.")
  @State
  public static class FinishedAtTheDeadline {

    private final Attempt attempt = new Attempt(null);
    private final AtomicInteger brokenOff = new AtomicInteger();

    public FinishedAtTheDeadline() {
      attempt.enter(Step.ANSWER, () -> brokenOff.incrementAndGet() > 0);
    }

    @Actor
    public void work(ZZI_Result result) {
      result.r1 = attempt.finish();
    }

    @Actor
    public void end() {
      attempt.end(End.DEADLINE);
    }

    @Arbiter
    public void look(ZZI_Result result) {
      result.r2 = attempt.ended() == End.DEADLINE;
      result.r3 = brokenOff.get();
    }
  }
}
