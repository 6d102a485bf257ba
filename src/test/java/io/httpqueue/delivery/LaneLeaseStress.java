package io.httpqueue.delivery;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A lease that is lost while the answer of its last renewal comes in. */
@JCStressTest
@Outcome(id = "false", expect = Expect.ACCEPTABLE, desc = "It is lost.")
@Outcome(id = "true", expect = Expect.FORBIDDEN, desc = "Two servers believe that they have it.")
@State
public class LaneLeaseStress {

  private static final Duration LONG = Duration.ofHours(1);

  private final LaneLease lease = new LaneLease(System.nanoTime(), LONG);

  @Actor
  public void renew() {
    lease.renewed(System.nanoTime(), LONG);
  }

  @Actor
  public void lose() {
    lease.lose();
  }

  @Arbiter
  public void look(Z_Result result) {
    result.r1 = lease.isHeld();
  }
}
