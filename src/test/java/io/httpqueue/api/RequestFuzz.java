package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.InvalidProtocolBufferException;
import io.httpqueue.api.v1.ClientCertificate;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.testing.IssuedCertificate;
import io.httpqueue.testing.IssuedCertificate.Wish;
import io.httpqueue.webhook.WebhookDefinition;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client sends is either refused by name, or fit to be sent to a receiver. */
class RequestFuzz {

  @ValueSource(
      strings = {
        "https://example.com:8443/a/b?c=d%20e",
        "http://[::1]:80",
        "http://example.com:/",
        "HTTP://a",
        "http://user:secret@host/",
        "http://host/#f",
        "http://host/\r\nX: y",
        "http://ho\u0000st/",
        "http://münchen.example/",
        "http://a%2eb/",
        "//a",
        "http:a",
        "http://[::1%25lo]/"
      })
  @FuzzTest
  void urls(@NotNull String text) {
    Violations violations = new Violations();
    Optional<URI> url = UrlRules.parse("url", text, violations);
    assertThat(url.isPresent()).isEqualTo(violations.isEmpty());
    url.ifPresent(
        found -> {
          // It is stored as text, and read again by whoever sends.
          assertThat(URI.create(found.toString())).isEqualTo(found);
          assertThat(found.toString()).hasSizeLessThanOrEqualTo(2048).matches("[!-~]+");
          assertThat(found.getHost()).isNotEmpty();
          assertThat(found.getRawUserInfo()).isNull();
          assertThat(found.getRawFragment()).isNull();
        });
  }

  static Stream<Arguments> headers() {
    return Stream.of(
        Arguments.of("X-Token", "abc"),
        Arguments.of("x", ""),
        Arguments.of("Host", "a"),
        Arguments.of("webhook-id", "a"),
        Arguments.of("Webhoo\u212A-id", "a"),
        Arguments.of("a b", "c"),
        Arguments.of("a", "b\r\nc: d"),
        Arguments.of("a", " b"),
        Arguments.of("a", "b\tc d"),
        Arguments.of("", "a"),
        Arguments.of("ü", "ü"),
        Arguments.of("a:", "\u0000"));
  }

  @MethodSource("headers")
  @FuzzTest
  void headers(@NotNull String name, @NotNull String value) {
    Violations violations = new Violations();
    HeaderRules.check(Map.of(name, value), violations);
    if (violations.isEmpty()) {
      assertThat(name).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
      assertThat(value).matches("([!-~]([ \\t!-~]*[!-~])?)?");
      assertThat(name.toLowerCase(Locale.ROOT))
          .isNotIn("host", "content-length", "transfer-encoding", "connection")
          .doesNotStartWith("webhook-")
          .doesNotStartWith("httpqueue-")
          .doesNotStartWith("proxy-");
    }
  }

  static List<byte[]> requests() {
    return List.of(
        RegisterWebhookRequest.newBuilder()
            .setNamespace("shop")
            .addEvents("order.*")
            .setUrl("https://example.com/")
            .putHeaders("X-A", "b")
            .setTimeout(30)
            .setDescription("d")
            .build()
            .toByteArray(),
        RegisterWebhookRequest.newBuilder().setTimeout(-1).addEvents("").build().toByteArray(),
        new byte[0]);
  }

  @MethodSource("requests")
  @FuzzTest
  void requestsToRegister(byte @NotNull [] bytes) {
    RegisterWebhookRequest request;
    try {
      request = RegisterWebhookRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return;
    }
    try {
      WebhookDefinition webhook = RegisterWebhookRules.read(request);
      assertThat(webhook.namespace()).matches("[A-Za-z0-9._:-]{1,255}");
      assertThat(webhook.timeout().toSeconds()).isBetween(1L, 300L);
      assertThat(webhook.description()).doesNotContain("\0");
    } catch (InvalidRequestException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  static List<String> certificates() {
    IssuedCertificate issued =
        IssuedCertificate.selfSigned(Wish.of("authority").thatIssues()).issue(Wish.of("client"));
    return List.of(
        issued.chainPem() + issued.keyPem(),
        issued.keyPem() + issued.chainPem(),
        issued.chainPem().substring(0, 500),
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----",
        "-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----");
  }

  @MethodSource("certificates")
  @FuzzTest
  void clientCertificates(@NotNull String text) {
    int middle = Math.max(0, text.indexOf("-----BEGIN PRIVATE"));
    ClientCertificate given =
        ClientCertificate.newBuilder()
            .setCertificateChain(text.substring(0, middle))
            .setPrivateKey(text.substring(middle))
            .build();
    Violations violations = new Violations();
    Optional<io.httpqueue.webhook.ClientCertificate> read =
        ClientCertificateRules.parse(
            "c",
            given,
            Optional.of(URI.create("https://a.example/")),
            Instant.EPOCH.plusSeconds(1_800_000_000L),
            violations);
    assertThat(read.isPresent() || !violations.isEmpty()).isTrue();
  }
}
