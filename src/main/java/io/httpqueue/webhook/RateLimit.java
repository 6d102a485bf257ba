package io.httpqueue.webhook;

/**
 * How fast requests to a webhook may start.
 *
 * @param perSecond requests a second, 0.001 to 10000
 * @param burst requests that may start at once after a quiet time, 1 to 10000
 */
public record RateLimit(double perSecond, int burst) {}
