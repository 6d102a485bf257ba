package io.httpqueue.database;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** Two ids made at the same moment, and one afterwards, with a clock that stands still. */
@JCStressTest
@Outcome(
    id = {"0, 1, 2", "1, 0, 2"},
    expect = Expect.ACCEPTABLE,
    desc = "One after the other.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The same twice, one left out, or none that rises.")
@State
public class UuidV7Stress {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final UuidV7 ids = new UuidV7(Clock.fixed(NOW, ZoneOffset.UTC), () -> 0);

  private long ticksSinceNow() {
    return ids.next().getMostSignificantBits() - UuidV7.floor(NOW).getMostSignificantBits();
  }

  @Actor
  public void one(JJJ_Result result) {
    result.r1 = ticksSinceNow();
  }

  @Actor
  public void other(JJJ_Result result) {
    result.r2 = ticksSinceNow();
  }

  @Arbiter
  public void later(JJJ_Result result) {
    result.r3 = ticksSinceNow();
  }
}
