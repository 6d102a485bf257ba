package io.httpqueue.outbound;

import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HeaderElement;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/** How long an idle connection can be trusted to be open still. */
final class KeepAlive {

  // The receiver counts from when it sent, we from when we received, and requests take time.
  private static final long MARGIN_SECONDS = 1;

  private KeepAlive() {}

  /** The longest time, or less where the receiver said so; null: not at all. */
  static @Nullable TimeValue of(ClassicHttpResponse answer, Duration longest) {
    Iterator<HeaderElement> elements = MessageSupport.iterate(answer, "Keep-Alive");
    while (elements.hasNext()) {
      HeaderElement element = elements.next();
      if (element.getName().toLowerCase(Locale.ROOT).equals("timeout")) {
        return limited(element.getValue(), longest);
      }
    }
    return TimeValue.of(longest);
  }

  private static @Nullable TimeValue limited(@Nullable String text, Duration longest) {
    try {
      long seconds = Long.parseLong(String.valueOf(text)) - MARGIN_SECONDS;
      return seconds <= 0 ? null : TimeValue.ofSeconds(Math.min(seconds, longest.toSeconds()));
    } catch (NumberFormatException e) {
      return TimeValue.of(longest);
    }
  }
}
