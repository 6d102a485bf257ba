package io.httpqueue.chaos;

/**
 * A fault that was injected.
 *
 * @param startNanos when it began
 * @param endNanos from when nothing but recovery was in the way
 */
record Struck(String fault, long startNanos, long endNanos) {}
