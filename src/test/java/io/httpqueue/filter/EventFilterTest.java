package io.httpqueue.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventFilterTest {

  private static final String ORDER =
      """
      {"amount": 100, "price": 9.5, "paid": true, "customer": {"name": "Ümit", "vat": null},
       "lines": [{"sku": "a", "count": 2}, {"sku": "b", "count": 0}], "at": "2026-05-01T10:00:00Z",
       "large": 123456789012345678901234567890, "twice": 1, "twice": 2}
      """;

  private static FilterResult test(String expression, String payload) throws Exception {
    return EventFilter.compile(expression)
        .test(
            new FilterableEvent(
                "shop", "order.created", Map.of("region", "eu"), payload.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "payload.amount > 99 && metadata.region == 'eu'",
        "payload.amount == 100.0",
        "payload.amount in [1, 100]",
        "payload.price * 2.0 == 19.0",
        "payload.paid",
        "payload.customer.name == 'Ümit'",
        "payload.customer.vat == null",
        "has(payload.customer.vat) && !has(payload.customer.age)",
        "'vat' in payload.customer",
        "payload['lines'][0].count == 2",
        "payload.lines.exists(l, l.sku == 'b')",
        "payload.lines.all(l, l.count >= 0)",
        "payload.lines.filter(l, l.count > 0).size() == 1",
        "payload.lines.map(l, l.sku) == ['a', 'b']",
        "timestamp(payload.at) > timestamp('2026-01-01T00:00:00Z')",
        "payload.customer.name.matches('^.m')",
        "event.startsWith('order.') && namespace == 'shop'",
        "!('vip' in metadata)",
        "payload.large > 1",
        "payload.twice == 2",
        "payload.missing == 1 || true",
        "payload == {'a': 1} || true"
      })
  void anEventMeets(String expression) throws Exception {
    assertThat(test(expression, ORDER)).isEqualTo(FilterResult.MATCHES);
  }

  @Test
  void anEventMayDiffer() throws Exception {
    assertThat(test("payload.amount > 100", ORDER)).isEqualTo(FilterResult.DIFFERS);
    assertThat(test("payload == 'text'", "[]")).isEqualTo(FilterResult.DIFFERS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "payload.missing == 1",
        "payload.amount.deeper == 1",
        "payload.amount",
        "payload.customer.name > 5",
        "metadata.missing == 'a'",
        "payload.lines[7].sku == 'a'",
        "1 / (payload.amount - 100) == 1",
        "payload.price * 2 > 1",
        "timestamp(payload.customer.name) > timestamp('2026-01-01T00:00:00Z')"
      })
  void aFilterThatCannotBeEvaluatedHasFailed(String expression) throws Exception {
    assertThat(test(expression, ORDER)).isEqualTo(FilterResult.FAILED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "payload.amount >                    | line 1, column 17: mismatched input",
        "paylod.amount > 1                   | line 1, column 1: undeclared reference to 'paylod'",
        "metadata.region > 1                 | line 1, column 17: found no matching overload",
        "payload.amount + 1 > 1 && 'a' + 1   | line 1, column 31: found no matching overload",
        "1 + 1                               | says something of type int, must say true or false",
        "metadata                            | says something of type map",
        "payload.a.matches('[')              | missing closing ]",
        "payload.a.matches(payload.b)        | must be a text in quotes",
        "payload.a.matches('(a{1,30}){1,30}')| must have at most 500",
        "system.exit(1)                      | undeclared reference to 'system'"
      })
  void aWrongExpressionIsRefusedWithItsPlaceAndReason(String expression, String message) {
    assertThatThrownBy(() -> EventFilter.compile(expression))
        .isInstanceOf(InvalidFilterException.class)
        .hasMessageContaining(message.strip());
  }

  @Test
  void aSecondLineIsCountedAsSuch() {
    assertThatThrownBy(() -> EventFilter.compile("payload.a == 1 &&\n  nobody == 2"))
        .hasMessageContaining("line 2, column 3: undeclared reference to 'nobody'");
  }

  static List<String> oversized() {
    return List.of(
        "true || payload.a == '" + "x".repeat(EventFilter.MAX_LENGTH) + "'",
        "1" + "+1".repeat(2000) + " > 0",
        "(".repeat(2000) + "true" + ")".repeat(2000),
        "[".repeat(1000) + "]".repeat(1000) + " == payload",
        "payload" + ".a".repeat(1000) + " == 1",
        "payload" + "[0]".repeat(1000) + " == 1");
  }

  @ParameterizedTest
  @MethodSource("oversized")
  void anExpressionThatIsTooLongOrTooDeepIsRefused(String expression) {
    assertThatThrownBy(() -> EventFilter.compile(expression))
        .isInstanceOf(InvalidFilterException.class)
        .hasMessageMatching("(?s).*(at most 4096|recursion limit).*");
  }

  /** Each would take from seconds to hours, or gigabytes, if nothing stopped it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "payload.list.all(x, payload.list.all(y, payload.list.all(z, true)))",
        "payload.text.matches('(a?){100}(a|b)*c')",
        "payload.text.matches('(a*)*b')",
        "[payload.text].all(t, payload.list.all(x, !t.contains('ab')))",
        "payload.list.all(x, payload.text + payload.text != '')",
        "payload.list.all(x, payload.list == payload.list)",
        "payload.list.all(x, [payload.list] != [payload.list, 1])",
        "payload.list.all(x, !('a' in payload.list))",
        "payload.list.map(x, payload.list).map(y, payload.list) == []",
        "payload.list.all(x, payload.text + payload.text != '') || true",
        "payload.list.all(x, size(payload.text) > 0 && string(payload.text) != 'a')"
      })
  void costlyWorkEndsInShortTime(String expression) throws Exception {
    String list = IntStream.range(0, 9_000).mapToObj(i -> "1").collect(Collectors.joining(","));
    String payload = "{\"text\":\"" + "a".repeat(1_000_000) + "\",\"list\":[" + list + "]}";
    EventFilter filter = EventFilter.compile(expression);
    FilterableEvent event = new FilterableEvent("n", "e", Map.of(), payload.getBytes(UTF_8));
    // Its own time, not that of others on a busy machine.
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long started = threads.getCurrentThreadCpuTime();
    assertThat(filter.test(event)).isEqualTo(FilterResult.FAILED);
    assertThat(threads.getCurrentThreadCpuTime() - started).isLessThan(2_000_000_000L);
  }

  @Test
  void aLargePayloadIsNoCostWhereOnlyAFieldOfItIsRead() throws Exception {
    String list = IntStream.range(0, 300_000).mapToObj(i -> "1").collect(Collectors.joining(","));
    assertThat(
            test("payload.a == 1 && payload.list.size() > 5", "{\"a\":1,\"list\":[" + list + "]}"))
        .isEqualTo(FilterResult.MATCHES);
  }
}
