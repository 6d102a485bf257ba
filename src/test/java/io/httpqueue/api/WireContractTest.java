package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What existing clients send and read, by the field numbers of DESIGN.md, section 8: nothing here
 * knows the generated classes.
 */
class WireContractTest {

  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = new ApiServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"httpqueue.v1.WebhookService", "webhook.WebhookService"})
  void theFiveMethodsSpeakTheFixedFieldNumbers(String service) throws IOException {
    String namespace = "wire-" + service;

    UnknownFieldSet registered =
        call(
            service + "/RegisterWebhook",
            message(
                out -> {
                  out.writeString(1, namespace);
                  out.writeString(2, "order.created");
                  out.writeString(2, "user.*");
                  out.writeString(3, "http://127.0.0.1:1/hook");
                  out.writeByteArray(4, entry("X-Token", "abc"));
                  out.writeInt32(5, 7);
                  out.writeBool(6, true);
                  out.writeString(7, "my hook");
                }));
    String webhook = text(registered, 1);
    assertThat(webhook).matches(UUID);
    assertThat(number(registered, 2)).isOne();
    assertThat(text(registered, 3)).isEqualTo("Webhook registered");
    assertThat(Instant.ofEpochSecond(number(registered, 4)))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    assertThat(registered.asMap().keySet()).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    assertThat(text(registered, 5)).startsWith("whsec_");

    UnknownFieldSet pushed =
        call(
            service + "/PushEvent",
            message(
                out -> {
                  out.writeString(1, namespace);
                  out.writeString(2, "user.created");
                  out.writeString(3, "{\"a\": \"ü\"}");
                  out.writeInt64(4, 600);
                  out.writeByteArray(5, entry("source", "test"));
                }));
    String event = text(pushed, 1);
    assertThat(event).matches(UUID);
    assertThat(number(pushed, 2)).isOne();
    assertThat(text(pushed, 3)).isEqualTo(webhook);
    assertThat(number(pushed, 4)).isOne();
    assertThat(text(pushed, 5)).isNotEmpty();
    assertThat(
            server
                .jdbc()
                .sql(
                    "SELECT convert_from(payload, 'UTF8') || metadata::text || (expires_at -"
                        + " accepted_at) FROM event WHERE id = :id::uuid")
                .param("id", event)
                .query(String.class)
                .single())
        .isEqualTo("{\"a\": \"ü\"}{\"source\": \"test\"}00:10:00");

    awaitDelivery(event);
    UnknownFieldSet status =
        call(service + "/GetWebhookStatus", message(out -> out.writeString(2, event)));
    assertThat(number(status, 2)).isOne();
    assertThat(number(status, 3)).isOne();
    UnknownFieldSet delivery = nested(status, 1).getFirst();
    assertThat(text(delivery, 1)).matches(UUID);
    assertThat(text(delivery, 2)).isEqualTo(webhook);
    assertThat(text(delivery, 3)).isEqualTo(event);
    assertThat(number(delivery, 4)).isIn(1L, 2L, 4L, 5L);
    assertThat(number(delivery, 6)).isPositive();
    assertThat(number(delivery, 7)).isPositive();
    assertThat(number(delivery, 10) - number(delivery, 7)).isBetween(590L, 601L);
    assertThat(call(service + "/GetWebhookStatus", message(out -> out.writeString(1, webhook))))
        .satisfies(byWebhook -> assertThat(number(byWebhook, 2)).isOne());

    UnknownFieldSet listed =
        call(
            service + "/ListWebhooks",
            message(
                out -> {
                  out.writeString(1, namespace);
                  out.writeString(2, "order.created");
                  out.writeBool(3, true);
                }));
    assertThat(number(listed, 2)).isOne();
    assertThat(number(listed, 3)).isOne();
    UnknownFieldSet found = nested(listed, 1).getFirst();
    assertThat(text(found, 1)).isEqualTo(webhook);
    assertThat(text(found, 2)).isEqualTo(namespace);
    assertThat(texts(found, 3)).containsExactly("order.created", "user.*");
    assertThat(text(found, 4)).isEqualTo("http://127.0.0.1:1/hook");
    assertThat(nested(found, 5).getFirst())
        .satisfies(
            header -> {
              assertThat(text(header, 1)).isEqualTo("X-Token");
              assertThat(text(header, 2)).isEqualTo("abc");
            });
    assertThat(number(found, 6)).isEqualTo(7);
    assertThat(number(found, 7)).isOne();
    assertThat(text(found, 8)).isEqualTo("my hook");
    assertThat(number(found, 9)).isEqualTo(number(registered, 4));
    assertThat(number(found, 10)).isEqualTo(number(registered, 4));
    assertThat(new TreeSet<>(found.asMap().keySet()))
        .as("what is not among the ten is new to them, and left aside")
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 18, 19, 25);
    assertThat(number(found, 11)).isOne();

    UnknownFieldSet unregistered =
        call(service + "/UnregisterWebhook", message(out -> out.writeString(1, webhook)));
    assertThat(number(unregistered, 1)).isOne();
    assertThat(text(unregistered, 2)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"httpqueue.v1.WebhookService", "webhook.WebhookService"})
  void fieldsThatAreNotSentTakeTheirDefaults(String service) throws IOException {
    String namespace = "defaults-" + service;
    byte[] request =
        message(
            out -> {
              out.writeString(1, namespace);
              out.writeString(2, "*");
              out.writeString(3, "http://127.0.0.1:1/");
            });
    call(service + "/RegisterWebhook", request);
    byte[] inactive =
        message(
            out -> {
              out.writeRawBytes(request);
              out.writeBool(6, false);
            });
    call(service + "/RegisterWebhook", inactive);

    UnknownFieldSet listed =
        call(service + "/ListWebhooks", message(out -> out.writeString(1, namespace)));

    assertThat(nested(listed, 1))
        .extracting(found -> number(found, 6) + (number(found, 7) == 1 ? " active" : " inactive"))
        .containsExactly("30 inactive", "30 active");
  }

  private static void awaitDelivery(String event) {
    await()
        .until(
            () ->
                server
                        .jdbc()
                        .sql("SELECT count(*) FROM delivery WHERE event_id = :id::uuid")
                        .param("id", event)
                        .query(Long.class)
                        .single()
                    == 1);
  }

  private static UnknownFieldSet call(String method, byte[] request) throws IOException {
    return UnknownFieldSet.parseFrom(server.call(method, request));
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  /** An entry of a map field. */
  private static byte[] entry(String key, String value) throws IOException {
    return message(
        out -> {
          out.writeString(1, key);
          out.writeString(2, value);
        });
  }

  private static List<String> texts(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList().stream()
        .map(ByteString::toStringUtf8)
        .toList();
  }

  private static String text(UnknownFieldSet message, int field) {
    return texts(message, field).getFirst();
  }

  /** 0 where it is not on the wire. */
  private static long number(UnknownFieldSet message, int field) {
    return message.getField(field).getVarintList().stream().findFirst().orElse(0L);
  }

  private static List<UnknownFieldSet> nested(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList().stream()
        .map(
            bytes -> {
              try {
                return UnknownFieldSet.parseFrom(bytes);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }
}
