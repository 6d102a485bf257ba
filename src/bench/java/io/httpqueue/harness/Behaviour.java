package io.httpqueue.harness;

import java.time.Duration;
import java.util.List;

/** How a receiver treats the requests for a webhook. */
public sealed interface Behaviour {

  /** Answers 200 at once. */
  static Behaviour ok() {
    return new Answer(200, Duration.ZERO);
  }

  /** Answers with a status, after a while. */
  record Answer(int status, Duration delay) implements Behaviour {}

  /** Takes the request and never answers. */
  record Hang() implements Behaviour {}

  /** Breaks the connection off with a TCP reset. */
  record Reset() implements Behaviour {}

  /** Answers 200 for a period, then another status for as long, and so on. */
  record Flap(int status, Duration period) implements Behaviour {}

  /** As it stands in a command to the receiver. */
  default String words() {
    return switch (this) {
      case Answer(int status, Duration delay) -> "answer " + status + " " + delay.toMillis();
      case Hang() -> "hang";
      case Reset() -> "reset";
      case Flap(int status, Duration period) -> "flap " + status + " " + period.toMillis();
    };
  }

  /** Reads {@link #words}. */
  static Behaviour parse(List<String> words) {
    return switch (words.getFirst()) {
      case "answer" -> new Answer(Integer.parseInt(words.get(1)), millis(words.get(2)));
      case "hang" -> new Hang();
      case "reset" -> new Reset();
      case "flap" -> new Flap(Integer.parseInt(words.get(1)), millis(words.get(2)));
      default -> throw new IllegalArgumentException("no such behaviour: " + words);
    };
  }

  private static Duration millis(String number) {
    return Duration.ofMillis(Long.parseLong(number));
  }
}
