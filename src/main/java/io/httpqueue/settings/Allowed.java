package io.httpqueue.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/** What a setting may be, by its type, its {@link Range} and what it is {@link Matching}. */
final class Allowed {

  private Allowed() {}

  /**
   * Whether a value is allowed.
   *
   * @param value of the setting's type; null if there is none, which is allowed where none is the
   *     default
   */
  static boolean is(Setting setting, @Nullable Object value) {
    return switch (value) {
      case null -> setting.defaultValue().isEmpty();
      case Number number -> isWithin(setting, number.doubleValue());
      case Duration duration -> isWithin(setting, seconds(duration));
      case DataSize size -> size.toBytes() > 0 && isWithin(setting, (double) size.toBytes());
      case String text -> isMatching(setting, text);
      default -> true;
    };
  }

  private static boolean isWithin(Setting setting, double value) {
    Range range = setting.component().getAnnotation(Range.class);
    return range == null
        || (value >= bound(setting, range.from()) && value <= bound(setting, range.to()));
  }

  private static double bound(Setting setting, String text) {
    if (setting.type() == Duration.class) {
      return seconds(DurationStyle.detectAndParse(text));
    }
    return setting.type() == DataSize.class
        ? (double) DataSize.parse(text).toBytes()
        : Double.parseDouble(text);
  }

  private static double seconds(Duration duration) {
    return duration.getSeconds() + duration.getNano() / 1e9;
  }

  private static boolean isMatching(Setting setting, String text) {
    Matching matching = setting.component().getAnnotation(Matching.class);
    return matching == null || text.matches(matching.regexp());
  }

  /** As in "a whole number from 1 to 512". */
  static String describe(Setting setting) {
    Class<?> type = setting.type();
    if (type == int.class || type == long.class) {
      return "a whole number" + range(setting);
    }
    if (type == double.class) {
      return "a number" + range(setting);
    }
    if (type == Duration.class) {
      return "a duration" + range(setting);
    }
    if (type == DataSize.class) {
      String range = range(setting);
      return "a size" + (range.isEmpty() ? " above 0, such as 4MB" : range);
    }
    if (type == boolean.class) {
      return "true or false";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(value -> value.toString().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", "));
    }
    if (type == Path.class) {
      return "a path";
    }
    if (type.getName().startsWith("io.httpqueue.")) {
      return "see its meaning";
    }
    Matching matching = setting.component().getAnnotation(Matching.class);
    return matching == null ? "text" : matching.description();
  }

  private static String range(Setting setting) {
    Range range = setting.component().getAnnotation(Range.class);
    return range == null ? "" : " from " + range.from() + " to " + range.to();
  }
}
