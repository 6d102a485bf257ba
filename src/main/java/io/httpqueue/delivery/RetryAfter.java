package io.httpqueue.delivery;

import io.httpqueue.outbound.SendResult.Answered;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code Retry-After}: RFC 9110, section 10.2.3. */
final class RetryAfter {

  /** A receiver that asks for more is asked again after a day. */
  static final Duration LONGEST = Duration.ofHours(24);

  private static final Pattern SECONDS = Pattern.compile("[0-9]+");

  private static final Pattern DATE =
      Pattern.compile(
          "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day),? (.{1,30})");

  private static final DateTimeFormatter TWO_DIGIT_YEAR =
      new DateTimeFormatterBuilder()
          .appendPattern("dd-MMM-")
          .appendValueReduced(ChronoField.YEAR, 2, 2, 2000)
          .appendPattern(" HH:mm:ss 'GMT'")
          .toFormatter(Locale.ENGLISH);

  // RFC 9110, section 5.6.7: the form in use, and the two that a recipient must understand.
  private static final List<DateTimeFormatter> DATES =
      List.of(
          DateTimeFormatter.ofPattern("dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH),
          TWO_DIGIT_YEAR,
          DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss uuuu", Locale.ENGLISH));

  private RetryAfter() {}

  /**
   * How long an answer asks to wait, zero to a day; empty if it asks for nothing, or in a form that
   * there is not. A date counts from the answer's own {@code Date}, so that the clocks need not
   * agree.
   *
   * @param now for an answer without a date of its own
   */
  static Optional<Duration> of(Answered answer, Instant now) {
    String value = answer.retryAfter();
    if (value == null) {
      return Optional.empty();
    }
    String text = value.strip();
    if (SECONDS.matcher(text).matches()) {
      String seconds = text.replaceFirst("^0+(?=.)", "");
      // More digits than a long has are more than a day, too.
      return Optional.of(
          seconds.length() > 9 ? LONGEST : bounded(Duration.ofSeconds(Long.parseLong(seconds))));
    }
    return date(text, now)
        .map(until -> bounded(Duration.between(sentAt(answer.date(), now), until)));
  }

  private static Instant sentAt(@Nullable String date, Instant now) {
    return date == null ? now : date(date.strip(), now).orElse(now);
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  // The day of the week before the rest tells nothing new.
  private static Optional<Instant> date(String text, Instant now) {
    Matcher parts = DATE.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    for (DateTimeFormatter form : DATES) {
      try {
        LocalDateTime date = LocalDateTime.parse(parts.group(1), form);
        LocalDateTime meant = form.equals(TWO_DIGIT_YEAR) ? inThisCentury(date, now) : date;
        return Optional.of(meant.toInstant(ZoneOffset.UTC));
      } catch (DateTimeException e) {
        // Perhaps one of the other forms.
      }
    }
    return Optional.empty();
  }

  /** A year of two digits that seems to be more than 50 years ahead is one of the past. */
  private static LocalDateTime inThisCentury(LocalDateTime date, Instant now) {
    int year = now.atZone(ZoneOffset.UTC).getYear();
    return date.getYear() > year + 50 ? date.minusYears(100) : date;
  }
}
