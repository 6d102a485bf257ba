package io.httpqueue.database;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Makes UUIDv7 ids that rise strictly within one server (RFC 9562, section 6.2, method 3: the 12
 * bits after the millisecond hold its fraction). The SQL function {@code uuid_v7} makes the same
 * layout. Thread-safe.
 */
public final class UuidV7 {

  private static final int FRACTION_BITS = 12;
  private static final long VERSION = 7L << FRACTION_BITS;
  private static final long VARIANT = 0b10L << 62;
  private static final long RANDOM_MASK = (1L << 62) - 1;

  /** How far ids run ahead of the clock at most. */
  private static final long TICKS_AHEAD = Duration.ofMinutes(1).toMillis() << FRACTION_BITS;

  private final Clock clock;
  private final RandomGenerator random;

  /** Milliseconds and their fraction, as one number of 4096ths of a millisecond. */
  private final AtomicLong lastTick = new AtomicLong();

  public UuidV7(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * A new id, greater than every one that this object made before, also when the clock was set
   * back; but for a clock that was set back by more than a minute. That one had been wrong, and ids
   * of days to come would have no partition.
   */
  public UUID next() {
    long tick = lastTick.updateAndGet(last -> after(last, tick(clock.instant())));
    return at(tick, random.nextLong());
  }

  private static long after(long last, long now) {
    return last - now > TICKS_AHEAD ? now : Math.max(last + 1, now);
  }

  /** The smallest id of a moment: a bound to search from. */
  public static UUID floor(Instant moment) {
    return at(tick(moment), 0);
  }

  /** The smallest id of the millisecond in which the given one was made. */
  public static UUID floor(UUID id) {
    return new UUID(id.getMostSignificantBits() & ~0xFFFL, VARIANT);
  }

  /** When an id was made, to the millisecond. */
  public static Instant madeAt(UUID id) {
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }

  private static long tick(Instant moment) {
    long micros = moment.get(ChronoField.MICRO_OF_SECOND) % 1000;
    long fraction = (micros << FRACTION_BITS) / 1000;
    return moment.toEpochMilli() << FRACTION_BITS | fraction;
  }

  private static UUID at(long tick, long randomBits) {
    long milliseconds = tick >>> FRACTION_BITS;
    long fraction = tick & ((1L << FRACTION_BITS) - 1);
    return new UUID(milliseconds << 16 | VERSION | fraction, VARIANT | (randomBits & RANDOM_MASK));
  }
}
