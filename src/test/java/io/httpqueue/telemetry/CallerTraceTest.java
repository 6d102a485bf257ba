package io.httpqueue.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerTraceTest {

  private static final String IDS = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  void isHandedOnAsItCame() {
    assertThat(CallerTrace.of(CallerTrace.note(Context.root(), "00-" + IDS)))
        .isEqualTo("00-" + IDS);
  }

  @Test
  void ofALaterVersionIsHandedOnWithoutWhatNobodyKnowsHere() {
    String later = "cc-" + IDS + "-" + "x".repeat(5_000);

    assertThat(CallerTrace.of(CallerTrace.note(Context.root(), later))).isEqualTo("00-" + IDS);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
      })
  void thatIsNoneIsNotHandedOn(String traceparent) {
    assertThat(CallerTrace.of(CallerTrace.note(Context.root(), traceparent))).isNull();
  }
}
