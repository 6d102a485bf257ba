package io.httpqueue.example;

import java.time.Duration;
import java.util.Set;

/**
 * How the receiver answers.
 *
 * @param failFirst how many attempts of each delivery are answered with 503 before the others get
 *     {@code status}
 * @param status the HTTP status of all other answers
 * @param delay the time from the request to its answer
 */
record Behaviour(int failFirst, int status, Duration delay) {
  static final Set<String> OPTIONS = Set.of("--fail-first", "--status", "--delay");

  static Behaviour of(CommandLine options) {
    return new Behaviour(
        options.number("--fail-first", 0, 0, 1_000_000),
        options.number("--status", 200, 200, 599),
        options.duration("--delay", Duration.ZERO));
  }

  int statusFor(int attempt) {
    return attempt <= failFirst ? 503 : status;
  }
}
