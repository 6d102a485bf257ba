package io.httpqueue.delivery;

import java.time.Duration;

/**
 * How a webhook's deliveries are made, with the server's defaults where it says nothing.
 *
 * @param maxAttempts attempts that a delivery may use
 * @param firstDelay after the first failed attempt
 * @param factor by which each delay grows over the one before
 * @param maxDelay no delay is longer; at least {@code firstDelay}
 * @param maxInFlight requests at the same time
 */
public record PolicyInForce(
    int maxAttempts, Duration firstDelay, double factor, Duration maxDelay, int maxInFlight) {}
