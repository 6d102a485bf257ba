package io.httpqueue.delivery;

import java.time.Duration;
import java.util.UUID;

/**
 * An attempt that has been running for a while.
 *
 * @param attempt its number, 1 for the first
 * @param age since it was started
 */
record RunningAttempt(UUID deliveryId, int attempt, Duration age) {}
