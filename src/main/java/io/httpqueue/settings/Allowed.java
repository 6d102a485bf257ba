package io.httpqueue.settings;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** Says what a setting may be, from its type and its constraints. */
final class Allowed {

  private Allowed() {}

  /** As in "a whole number from 1 to 512". */
  static String describe(Setting setting) {
    Field field = field(setting);
    Class<?> type = setting.type();
    if (type == int.class || type == long.class) {
      return "a whole number"
          + range(
              bound(field, Min.class, min -> number(min.value())),
              bound(field, Max.class, max -> number(max.value())));
    }
    if (type == double.class) {
      return "a number"
          + range(
              bound(field, DecimalMin.class, DecimalMin::value),
              bound(field, DecimalMax.class, DecimalMax::value));
    }
    if (type == Duration.class) {
      return "a duration"
          + range(
              bound(field, DurationMin.class, min -> text(duration(min))),
              bound(field, DurationMax.class, max -> text(duration(max))));
    }
    if (type == DataSize.class) {
      return "a size above 0, such as 4MB";
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
    String pattern = bound(field, Pattern.class, Pattern::message);
    return pattern == null ? "text" : pattern;
  }

  private static Field field(Setting setting) {
    try {
      return setting.owner().getDeclaredField(setting.component().getName());
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <A extends java.lang.annotation.Annotation> @Nullable String bound(
      AnnotatedElement field, Class<A> constraint, Function<A, String> value) {
    A found = field.getAnnotation(constraint);
    return found == null ? null : value.apply(found);
  }

  private static String range(@Nullable String low, @Nullable String high) {
    return (low == null ? "" : " from " + low)
        + (high == null ? "" : (low == null ? " up" : "") + " to " + high);
  }

  private static String number(long value) {
    return Long.toString(value);
  }

  private static Duration duration(DurationMin min) {
    return Duration.ofDays(min.days())
        .plusHours(min.hours())
        .plusMinutes(min.minutes())
        .plusSeconds(min.seconds())
        .plusMillis(min.millis());
  }

  private static Duration duration(DurationMax max) {
    return Duration.ofDays(max.days())
        .plusHours(max.hours())
        .plusMinutes(max.minutes())
        .plusSeconds(max.seconds())
        .plusMillis(max.millis());
  }

  /** In the largest unit that takes it whole. */
  private static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
