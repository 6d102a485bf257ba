package io.httpqueue.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadSchemaTest {

  private static final Duration BOUND = Duration.ofSeconds(20);

  private static List<String> violations(String schema, String payload)
      throws InvalidPayloadSchemaException {
    return PayloadSchema.compile(schema).violations(payload.getBytes(UTF_8));
  }

  @Test
  void violationsNameThePlaceAndTheRuleAndNoValue() throws Exception {
    String schema =
        """
        {"type": "object", "required": ["total"], "additionalProperties": false,
         "properties": {"card": {"type": "string", "pattern": "^[0-9]+$", "maxLength": 5, "enum": ["1"]},
           "total": {"$ref": "#/$defs/money"}, "lines": {"items": {"const": 7}}},
         "$defs": {"money": {"type": "number", "minimum": 0}}}
        """;

    assertThat(violations(schema, "{\"total\": 1.5, \"card\": \"1\"}")).isEmpty();
    assertThat(violations(schema, "{\"card\": \"secret4711\", \"lines\": [7, \"secret4712\"]}"))
        .containsExactlyInAnyOrder(
            "(root): breaks /required (total is missing)",
            "/card: breaks /properties/card/pattern",
            "/card: breaks /properties/card/maxLength",
            "/card: breaks /properties/card/enum",
            "/lines/1: breaks /properties/lines/items/const");
    assertThat(violations(schema, "{\"total\": -1}"))
        .containsExactly("/total: breaks /properties/total/$ref/minimum");
  }

  @Test
  void atMostTwentyViolationsAreToldAndLongNamesAreCut() throws Exception {
    String many =
        IntStream.range(0, 50_000).mapToObj(i -> "1").collect(Collectors.joining(",", "[", "]"));
    assertThat(violations("{\"items\": {\"type\": \"string\"}}", many)).hasSize(20);

    String longName = "n".repeat(100_000);
    assertThat(
            violations(
                "{\"additionalProperties\": {\"type\": \"string\"}}", "{\"" + longName + "\": 1}"))
        .allSatisfy(violation -> assertThat(violation).hasSizeLessThan(300));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "7",
        "{\"type\": 5}",
        "{\"type\": \"text\"}",
        "{\"$schema\": \"https://example.com/own\"}",
        "{\"$ref\": \"#/$defs/none\"}",
        "{\"$ref\": \"other.json\"}",
        "{\"$ref\": \"classpath:application.yaml\"}",
        "{\"$ref\": \"classpath:draft/../application.yaml\"}",
        "{\"$ref\": \"https://json-schema.org/draft/../../application.yaml\"}",
        "{\"$ref\": \"file:///etc/passwd\"}",
        "{\"properties\": {\"a\": {\"$ref\": \"https://example.com/schema.json\"}}}",
        "{\"pattern\": \"(a+)+\\\\1\"}",
        "{\"pattern\": \"(?=a)\"}",
        "{\"pattern\": \"(\"}"
      })
  void aSchemaThatCannotBeUsedIsRefused(String schema) {
    assertThatThrownBy(() -> PayloadSchema.compile(schema))
        .isInstanceOf(InvalidPayloadSchemaException.class)
        .message()
        .isNotBlank();
  }

  @Test
  void nothingIsFetched() throws Exception {
    try (ServerSocket elsewhere = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      elsewhere.setSoTimeout(200);
      String schema =
          "{\"$ref\": \"http://127.0.0.1:%d/schema.json\"}".formatted(elsewhere.getLocalPort());
      assertThatThrownBy(() -> PayloadSchema.compile(schema))
          .isInstanceOf(InvalidPayloadSchemaException.class);
      assertThatThrownBy(elsewhere::accept).isInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  @Test
  void olderDraftsAreUnderstood() throws Exception {
    String draft7 =
        "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"items\": [{\"type\":"
            + " \"string\"}]}";
    assertThat(violations(draft7, "[1]")).containsExactly("/0: breaks /items/0/type");
  }

  @Test
  void aCheckEndsHoweverTheSchemaUnfolds() throws Exception {
    String doubling =
        IntStream.range(0, 60)
            .mapToObj(
                i ->
                    "\"d%d\": {\"allOf\": [{\"$ref\": \"#/$defs/d%d\"}, {\"$ref\": \"#/$defs/d%d\"}]}"
                        .formatted(i, i + 1, i + 1))
            .collect(
                Collectors.joining(
                    ",",
                    "{\"$ref\": \"#/$defs/d0\", \"$defs\": {",
                    ", \"d60\": {\"type\": \"object\"}}}"));
    String endless = "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"$ref\": \"#/$defs/a\"}}}";
    String slow = "{\"pattern\": \"^(a+)+$\"}";
    assertTimeoutPreemptively(
        BOUND,
        () -> {
          for (String schema : List.of(doubling, endless)) {
            try {
              assertThat(violations(schema, "{}"))
                  .containsExactly(
                      "(root): cannot be checked against the schema within its limits");
            } catch (InvalidPayloadSchemaException e) {
              // Refused at once is as good.
            }
          }
          assertThat(violations(slow, "\"" + "a".repeat(500_000) + "b\"")).hasSize(1);
          assertThat(violations("{\"multipleOf\": 0.01}", "1e999999999"))
              .hasSizeLessThanOrEqualTo(1);
        });
  }
}
