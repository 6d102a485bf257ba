package io.httpqueue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LanesElsewhereTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final LanesElsewhere lanes = new LanesElsewhere();
  private final WebhookId webhook = new WebhookId(new UUID(1, 1));
  private final WebhookId other = new WebhookId(new UUID(2, 2));

  @Test
  void aLaneIsReliedUponForASecondAfterPostgresSaidThatItRuns() {
    assertThat(lanes.isKnown(webhook, 0)).isFalse();
    lanes.confirmed(List.of(webhook, other), List.of(webhook), 5 * SECOND);
    assertThat(lanes.isKnown(webhook, 6 * SECOND - 1)).isTrue();
    assertThat(lanes.isKnown(webhook, 6 * SECOND)).isFalse();
    assertThat(lanes.isKnown(other, 5 * SECOND)).isFalse();
  }

  @Test
  void aLaneThatPostgresSaidHasEndedIsNotReliedUponAnyMore() {
    lanes.confirmed(List.of(webhook, other), List.of(webhook, other), 5 * SECOND);
    lanes.confirmed(List.of(webhook), List.of(), 5 * SECOND);
    assertThat(lanes.isKnown(webhook, 5 * SECOND)).isFalse();
    assertThat(lanes.isKnown(other, 5 * SECOND)).isTrue();
  }

  @Test
  void postgresIsToBeAskedOnceForAllThatWereReliedUponMeanwhile() {
    assertThat(lanes.relyUpon(List.of(webhook))).isTrue();
    assertThat(lanes.relyUpon(List.of(webhook, other))).isFalse();
    assertThat(lanes.takeReliedUpon()).containsExactlyInAnyOrder(webhook, other);
    assertThat(lanes.takeReliedUpon()).isEmpty();
    assertThat(lanes.relyUpon(List.of(other))).isTrue();
  }

  @Test
  void nobodyIsToAskWhereNothingWasReliedUpon() {
    assertThat(lanes.relyUpon(List.of())).isFalse();
    assertThat(lanes.relyUpon(List.of(webhook))).isTrue();
  }
}
