package io.httpqueue.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LineBudgetTest {

  private static final long SECOND = 1_000_000_000;

  // The end of its range is not far: it goes on below zero, as that of a JVM may.
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND / 2);
  private final LineBudget budget = new LineBudget(2, nanos::get);

  @Test
  void linesBeyondTheBudgetOfASecondAreLeftOut() {
    assertThat(budget.admit()).hasValue(0);
    assertThat(budget.admit()).hasValue(0);
    assertThat(budget.admit()).isEmpty();
    nanos.addAndGet(SECOND - 1);
    assertThat(budget.admit()).isEmpty();
  }

  @Test
  void theFirstLineOfTheNextSecondTellsHowManyWereLeftOut() {
    for (int line = 0; line < 7; line++) {
      budget.admit();
    }
    nanos.addAndGet(SECOND);
    assertThat(budget.admit()).hasValue(5);
    assertThat(budget.admit()).hasValue(0);
  }
}
