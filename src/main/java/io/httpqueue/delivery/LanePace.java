package io.httpqueue.delivery;

import io.httpqueue.webhook.DeliveryPolicy;
import io.httpqueue.webhook.Disabled;
import io.httpqueue.webhook.Ordering;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How fast a lane may go: what its webhook allows, and what its receiver can take. All times are of
 * the monotonic clock, in nanoseconds. Used by the lane's own thread alone.
 */
final class LanePace {

  /** Shorter ones are not worth a write: a lane that is lost meanwhile may forget them. */
  private static final Duration WORTH_SAVING = Duration.ofSeconds(1);

  private static final Duration FAILING_WORTH_SAVING = Duration.ofSeconds(10);

  private final int defaultMaxInFlight;
  private int maxInFlight;
  private final BreakerSettings settings;
  private LaneThrottle throttle;
  private CircuitBreaker breaker;
  private RateLimiter limiter;
  private final RecoveryRamp ramp = new RecoveryRamp();
  private @Nullable Long failingSinceNanos;
  private Disabled.@Nullable Reason disableBecause;
  private @Nullable Integer opening;

  // What stands in the database, as far as it is to be kept there.
  private @Nullable Long savedProbeAtNanos;
  private long savedUntilNanos;
  private boolean savedFailing;

  /**
   * Goes on where a lane before ended.
   *
   * @param defaultMaxInFlight where the webhook has no number of its own
   */
  LanePace(
      DeliveryPolicy policy,
      int defaultMaxInFlight,
      BreakerSettings settings,
      LaneCondition before,
      long nowNanos) {
    this.defaultMaxInFlight = defaultMaxInFlight;
    this.maxInFlight = maxInFlight(policy, defaultMaxInFlight);
    this.settings = settings;
    this.throttle = new LaneThrottle(maxInFlight, nowNanos, before.throttledFor());
    this.breaker =
        new CircuitBreaker(
            settings, before.failures(), before.failedProbes(), at(before.probeIn(), nowNanos));
    this.limiter =
        new RateLimiter(policy.rateLimit(), nowNanos, nowNanos + before.rateFullIn().toNanos());
    if (before.probeIn() != null) {
      throttle.beginGently();
    }
    Duration failing = before.failingFor();
    this.failingSinceNanos = failing == null ? null : nowNanos - failing.toNanos();
    saved();
  }

  /** How many requests at the same time a policy allows. */
  static int maxInFlight(DeliveryPolicy policy, int defaultMaxInFlight) {
    return policy.ordering() == Ordering.WHOLE_WEBHOOK
        ? 1
        : Objects.requireNonNullElse(policy.maxInFlight(), defaultMaxInFlight);
  }

  /** Goes by another policy from now on. What is known of the receiver stays. */
  void changed(DeliveryPolicy policy, long nowNanos) {
    maxInFlight = maxInFlight(policy, defaultMaxInFlight);
    throttle.changed(maxInFlight);
    limiter = new RateLimiter(policy.rateLimit(), nowNanos, limiter.fullAtNanos());
  }

  private static @Nullable Long at(@Nullable Duration fromNow, long nowNanos) {
    return fromNow == null ? null : nowNanos + fromNow.toNanos();
  }

  int maxInFlight() {
    return maxInFlight;
  }

  /** Whether an attempt may start beside those in flight. */
  boolean lets(int inFlight, long nowNanos) {
    return inFlight < maxInFlight
        && throttle.lets(inFlight, nowNanos)
        && breaker.lets(inFlight, nowNanos)
        && limiter.lets(nowNanos)
        && ramp.lets(nowNanos);
  }

  /** An attempt is about to start. */
  void started(long nowNanos) {
    breaker.started();
    limiter.started(nowNanos);
    ramp.started(nowNanos);
  }

  /** One that was to start did not; its end is told of as well. */
  void notStarted() {
    limiter.notStarted();
  }

  /** Nothing was sent for a while. */
  void rested() {
    throttle.rested();
  }

  /** An attempt has ended. */
  void ended(Reception reception, long nowNanos) {
    boolean wasOpen = breaker.probeAtNanos() != null;
    switch (reception.kind()) {
      case WELL -> {
        breaker.answered();
        failingSinceNanos = null;
        throttle.taken(nowNanos);
      }
      case REFUSING -> {
        breaker.answered();
        failing(nowNanos);
      }
      case FAILING -> {
        breaker.failed(nowNanos);
        failing(nowNanos);
      }
      case GONE -> disableBecause = Disabled.Reason.GONE;
      case NOT_ALLOWED -> {
        breaker.learntNothing();
        failing(nowNanos);
      }
      case UNKNOWN -> breaker.learntNothing();
    }
    if (reception.pause().isPositive()) {
      throttle.pause(reception.pause(), nowNanos);
    }
    boolean isOpen = breaker.probeAtNanos() != null;
    if (!wasOpen && isOpen) {
      opening = breaker.failures();
      throttle.beginGently();
      ramp.end();
    } else if (wasOpen && !isOpen) {
      ramp.begin(nowNanos);
    }
  }

  private void failing(long nowNanos) {
    if (failingSinceNanos == null) {
      failingSinceNanos = nowNanos;
    }
    if (settings.disableAfter().isPositive()
        && nowNanos - failingSinceNanos >= settings.disableAfter().toNanos()) {
      disableBecause = Disabled.Reason.FAILING;
    }
  }

  /** Why the webhook is to be taken out of use; empty if it is not. */
  Optional<Disabled.Reason> disableBecause() {
    return Optional.ofNullable(disableBecause);
  }

  /** After how many failures the breaker has opened; empty if it has not since the last call. */
  Optional<Integer> takeOpening() {
    Optional<Integer> failures = Optional.ofNullable(opening);
    opening = null;
    return failures;
  }

  /** Nanoseconds until the next attempt may start, as far as time decides; zero if it does not. */
  long nanosToStart(long nowNanos) {
    long wait = Math.max(throttle.untilNanos() - nowNanos, limiter.freeAtNanos() - nowNanos);
    wait = Math.max(wait, ramp.freeAtNanos(nowNanos) - nowNanos);
    Long probeAt = breaker.probeAtNanos();
    return Math.max(0, probeAt == null ? wait : Math.max(wait, probeAt - nowNanos));
  }

  /** What the next lane has to know. */
  LaneCondition condition(long nowNanos) {
    Long probeAt = breaker.probeAtNanos();
    return new LaneCondition(
        Duration.ofNanos(nanosToStart(nowNanos)),
        until(throttle.untilNanos(), nowNanos),
        breaker.failures(),
        breaker.failedProbes(),
        probeAt == null ? null : until(probeAt, nowNanos),
        failingSinceNanos == null ? null : Duration.ofNanos(nowNanos - failingSinceNanos),
        until(limiter.fullAtNanos(), nowNanos));
  }

  private static Duration until(long atNanos, long nowNanos) {
    return Duration.ofNanos(Math.max(0, atNanos - nowNanos));
  }

  /** Whether the condition has changed so much that a crash should not lose it. */
  boolean isWorthSaving(long nowNanos) {
    long until = throttle.untilNanos();
    boolean throttled =
        until - nowNanos > WORTH_SAVING.toNanos()
            && until - savedUntilNanos > WORTH_SAVING.toNanos();
    boolean failingForLong =
        failingSinceNanos != null && nowNanos - failingSinceNanos > FAILING_WORTH_SAVING.toNanos();
    return throttled
        || !Objects.equals(breaker.probeAtNanos(), savedProbeAtNanos)
        || (savedFailing ? failingSinceNanos == null : failingForLong);
  }

  /** The condition as it is now is in the database. */
  void saved() {
    savedUntilNanos = throttle.untilNanos();
    savedProbeAtNanos = breaker.probeAtNanos();
    savedFailing = failingSinceNanos != null;
  }

  /** Forgets what the receiver did; its owner says that it is well. */
  void reset(long nowNanos) {
    throttle = new LaneThrottle(maxInFlight, nowNanos, Duration.ZERO);
    breaker = new CircuitBreaker(settings, 0, 0, null);
    ramp.end();
    failingSinceNanos = null;
    disableBecause = null;
  }
}
