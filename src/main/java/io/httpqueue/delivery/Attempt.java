package io.httpqueue.delivery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request to a receiver, as it is on record.
 *
 * @param number 1 for the first
 * @param duration from the start to the end of the answer, or to the failure
 * @param responseCode HTTP status; null where no answer came
 * @param responseBody the first 4 KiB of the answer's body; null where no answer came
 * @param error why it failed; null on success
 * @param errorClass what kind of failure it was; null on success
 */
public record Attempt(
    int number,
    Instant startedAt,
    Duration duration,
    @Nullable Integer responseCode,
    @Nullable String responseBody,
    @Nullable String error,
    @Nullable ErrorClass errorClass) {}
