package io.httpqueue.command;

import java.util.Locale;

/**
 * What was found about one thing.
 *
 * @param subject what it is about, in a word or two
 */
record Finding(Level level, String subject, String text) {

  /** How bad it is. */
  enum Level {
    OK,
    /** A server works, but not as it should. */
    WARNING,
    /** A server would not start, or not work. */
    FAILED
  }

  static Finding ok(String subject, String text) {
    return new Finding(Level.OK, subject, text);
  }

  static Finding warning(String subject, String text) {
    return new Finding(Level.WARNING, subject, text);
  }

  static Finding failed(String subject, String text) {
    return new Finding(Level.FAILED, subject, text);
  }

  /** As it is printed. */
  String line() {
    return "%-8s %-11s %s".formatted(level.name().toLowerCase(Locale.ROOT), subject, text);
  }
}
