package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.database.UuidV7;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeenIdsTest {

  private static final Instant BEGAN = Instant.parse("2026-11-30T12:00:00Z");

  private final SeenIds seen = new SeenIds(at(0));

  @Test
  void anIdThatComesAfterGreaterOnesIsKnownNotToHaveBeenSeen() {
    seen.add(at(20));
    seen.add(at(10));
    assertThat(seen.contains(at(10))).isTrue();
    assertThat(seen.mayContain(at(15))).isFalse();
    assertThat(seen.mayContain(at(30))).isFalse();
  }

  @Test
  void whatWasMadeBeforeItBeganMayHaveBeenSeen() {
    assertThat(seen.mayContain(at(-1))).isTrue();
    assertThat(seen.mayContain(at(0))).isTrue();
    seen.add(at(-2));
    assertThat(seen.contains(at(-2))).isFalse();
  }

  @Test
  void idsOfTheLastSecondAreKept() {
    IntStream.rangeClosed(1, 200).forEach(second -> seen.add(at(second * 500L)));
    assertThat(seen.contains(at(100_000))).isTrue();
    assertThat(seen.contains(at(99_500))).isTrue();
    assertThat(seen.mayContain(at(99_750))).isFalse();
  }

  @Test
  void ofOldIdsItIsOnlyKnownThatTheyMayHaveBeenSeen() {
    IntStream.rangeClosed(1, 200).forEach(second -> seen.add(at(second * 500L)));
    assertThat(seen.contains(at(50_000))).isFalse();
    assertThat(seen.mayContain(at(50_000))).isTrue();
    assertThat(seen.mayContain(at(50_250))).isTrue();
  }

  @Test
  void ofVeryManyInASecondTheLatestAreKept() {
    IntStream.rangeClosed(1, 10_000)
        .forEach(n -> seen.add(new UUID(at(10).getMostSignificantBits(), n)));
    UUID latest = new UUID(at(10).getMostSignificantBits(), 10_000);
    UUID aWhileAgo = new UUID(at(10).getMostSignificantBits(), 9_800);
    UUID longAgo = new UUID(at(10).getMostSignificantBits(), 5_000);
    assertThat(seen.contains(latest)).isTrue();
    assertThat(seen.contains(aWhileAgo)).isTrue();
    assertThat(seen.contains(longAgo)).isFalse();
    assertThat(seen.mayContain(longAgo)).isTrue();
  }

  @Test
  void afterItForgotOnlyWhatIsGreaterThanAllIsKnownNotToHaveBeenSeen() {
    seen.add(at(20));
    seen.add(at(10));
    seen.forget();
    assertThat(seen.contains(at(20))).isFalse();
    assertThat(seen.mayContain(at(15))).isTrue();
    assertThat(seen.mayContain(at(21))).isFalse();
  }

  private static UUID at(long millis) {
    return UuidV7.floor(BEGAN.plusMillis(millis));
  }
}
