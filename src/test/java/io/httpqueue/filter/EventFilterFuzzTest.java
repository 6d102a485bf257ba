package io.httpqueue.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Random expressions on random payloads: each is refused or evaluated, and quickly. */
class EventFilterFuzzTest {

  private static final int EXPRESSIONS = 2_000;
  private static final long SEED = 20_261_124;
  // Its own time, not that of others on a busy machine.
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long LONGEST_NANOS = 2_000_000_000L;

  private static final String[] ATOMS = {
    "payload",
    "metadata",
    "event",
    "namespace",
    "payload.a",
    "payload.b",
    "payload.l",
    "x",
    "metadata.k",
    "1",
    "-1",
    "2.5",
    "'a'",
    "'aaaa'",
    "true",
    "false",
    "null",
    "[]",
    "{}",
    "b'a'",
    "9223372036854775807",
    "0u",
    "duration('1h')",
    "timestamp('2026-01-01T00:00:00Z')",
    "int"
  };
  private static final String[] BINARY = {
    "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "in"
  };
  private static final String[] CALLS = {
    "size(%s)",
    "string(%s)",
    "int(%s)",
    "double(%s)",
    "type(%s)",
    "dyn(%s)",
    "has(%s.a)",
    "!%s",
    "-%s",
    "(%s)",
    "[%s]",
    "{'a': %s}",
    "%s.a",
    "%s[0]",
    "%s['a']",
    "%s.size()",
    "%s.matches('(a*)*b')",
    "%s.matches('[')",
    "%s.contains('a')",
    "%s.startsWith(event)",
    "bytes(%s)",
    "timestamp(%s)",
    "%s.getFullYear()"
  };
  private static final String[] MACROS = {
    "%s.all(x, %s)", "%s.exists(x, %s)", "%s.exists_one(x, %s)", "%s.map(x, %s)", "%s.filter(x, %s)"
  };

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  private String pick(String[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String expression(int depth) {
    if (depth == 0 || random.nextInt(8) == 0) {
      String atom = pick(ATOMS);
      // What is checked only when it is evaluated gets further.
      return random.nextInt(5) == 0 ? atom : "dyn(%s)".formatted(atom);
    }
    return switch (random.nextInt(4)) {
      case 0 -> "(%s %s %s)".formatted(expression(depth - 1), pick(BINARY), expression(depth - 1));
      case 1 -> pick(CALLS).formatted(expression(depth - 1));
      case 2 -> pick(MACROS).formatted(expression(depth - 1), expression(depth - 1));
      default ->
          "(%s ? %s : %s)"
              .formatted(expression(depth - 1), expression(depth - 1), expression(depth - 1));
    };
  }

  /** Well-formed, but for a few characters. */
  private String broken(String expression) {
    StringBuilder text = new StringBuilder(expression);
    for (int i = random.nextInt(3); i >= 0 && !text.isEmpty(); i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, (char) random.nextInt(0x20, 0x250));
        default -> text.setCharAt(at, "()[]{}.'\"\\?:,\uD800".charAt(random.nextInt(14)));
      }
    }
    return text.toString();
  }

  private String json(int depth) {
    return switch (random.nextInt(depth == 0 ? 6 : 8)) {
      case 0 -> "null";
      case 1 -> "true";
      case 2 -> Long.toString(random.nextLong());
      case 3 -> Double.toString(random.nextGaussian());
      case 4 -> "\"" + "a".repeat(random.nextInt(200)) + "\"";
      case 5 -> "1e400";
      case 6 -> "[%s,%s,%s]".formatted(json(depth - 1), json(depth - 1), json(depth - 1));
      default ->
          "{\"a\":%s,\"b\":%s,\"l\":%s}".formatted(json(depth - 1), json(depth - 1), list(depth));
    };
  }

  private String list(int depth) {
    StringBuilder list = new StringBuilder("[").append(json(depth - 1));
    int length = random.nextInt(300);
    for (int i = 0; i < length; i++) {
      list.append(',').append(i % 7);
    }
    return list.append(']').toString();
  }

  @Test
  void anExpressionIsRefusedOrEvaluatedAndNeitherThrowsNorTakesLong() {
    Map<FilterResult, Integer> results = new EnumMap<>(FilterResult.class);
    int refused = 0;
    for (int i = 0; i < EXPRESSIONS; i++) {
      String expression =
          random.nextBoolean()
              ? "dyn(%s)".formatted(expression(1 + random.nextInt(5)))
              : "%s == %s".formatted(expression(random.nextInt(3)), expression(random.nextInt(3)));
      String source = random.nextInt(4) == 0 ? broken(expression) : expression;
      String payload = json(3);
      long started = THREADS.getCurrentThreadCpuTime();
      try {
        EventFilter filter = EventFilter.compile(source);
        FilterableEvent event =
            new FilterableEvent("shop", "order.created", Map.of("k", "v"), payload.getBytes(UTF_8));
        results.merge(filter.test(event), 1, Integer::sum);
      } catch (InvalidFilterException e) {
        assertThat(e).hasMessageNotContaining("\n").message().isNotBlank();
        refused++;
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("%s on %s".formatted(source, payload), e);
      }
      assertThat(THREADS.getCurrentThreadCpuTime() - started).as(source).isLessThan(LONGEST_NANOS);
    }
    // The generator reaches every end, or it proves little.
    assertThat(results).hasSize(FilterResult.values().length);
    assertThat(results.values()).allMatch(count -> count >= 10);
    assertThat(refused).isGreaterThan(20);
  }
}
