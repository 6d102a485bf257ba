package io.httpqueue.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.httpqueue.testing.SignatureVerifier;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignatureTest {

  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final long TIMESTAMP = 1_614_265_330;
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);

  private final SecureRandom random = new SecureRandom();

  // The published libraries' own test values.
  @Test
  void signsByHmacAsThePublishedLibrariesDo() {
    SigningSecret secret = SigningSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    assertThat(WebhookSignature.of(List.of(secret), ID, TIMESTAMP, BODY))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void signsByEd25519AsThePublishedLibrariesDo() {
    SigningSecret secret = SigningSecret.parse("whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=");

    assertThat(WebhookSignature.of(List.of(secret), ID, TIMESTAMP, BODY))
        .isEqualTo(
            "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==");
  }

  // RFC 8032, section 7.1, test 1.
  @Test
  void derivesThePublicKeyOfAnEd25519Secret() {
    byte[] seed = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    byte[] publicKey = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

    assertThat(new Ed25519Secret(seed).publicKey())
        .contains("whpk_" + Base64.getEncoder().encodeToString(publicKey));
  }

  @Test
  void thePublishedLibraryAcceptsWhatWeSign() throws Exception {
    for (int length : new int[] {24, 32, 64}) {
      byte[] key = new byte[length];
      random.nextBytes(key);
      SigningSecret secret = new HmacSecret(key);
      String body = "{\"name\":\"Zoë 🦆\"}";

      new Webhook(secret.reveal()).verify(body, headers(List.of(secret), body));
    }
  }

  @Test
  void thePublishedLibraryRefusesWhatWasChanged() {
    SigningSecret secret = SigningSecret.generateHmac(random);
    Map<String, List<String>> headers = headers(List.of(secret), "{\"n\":1}");

    assertThatThrownBy(() -> new Webhook(secret.reveal()).verify("{\"n\":2}", headers))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void eitherSecretVerifiesWhileTheyAreRotated() {
    SigningSecret newer = SigningSecret.generateHmac(random);
    SigningSecret older = SigningSecret.generateHmac(random);
    Map<String, List<String>> headers = headers(List.of(newer, older), "{}");

    for (SigningSecret secret : List.of(newer, older)) {
      assertThatCode(() -> new Webhook(secret.reveal()).verify("{}", headers))
          .doesNotThrowAnyException();
    }
    SigningSecret other = SigningSecret.generateHmac(random);
    assertThatThrownBy(() -> new Webhook(other.reveal()).verify("{}", headers))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void bothSchemesVerifyWhileOneTakesThePlaceOfTheOther() {
    SigningSecret asymmetric = SigningSecret.generateEd25519(random);
    SigningSecret symmetric = SigningSecret.generateHmac(random);
    String header = WebhookSignature.of(List.of(asymmetric, symmetric), ID, TIMESTAMP, BODY);
    String time = Long.toString(TIMESTAMP);

    for (String key : List.of(asymmetric.publicKey().orElseThrow(), symmetric.reveal())) {
      assertThat(SignatureVerifier.verifies(key, header, ID, time, BODY)).isTrue();
      assertThat(SignatureVerifier.verifies(key, header, ID, time + "1", BODY)).isFalse();
      assertThat(SignatureVerifier.verifies(key, header, ID + "x", time, BODY)).isFalse();
      assertThat(SignatureVerifier.verifies(key, header, ID, time, new byte[] {1})).isFalse();
    }
  }

  @Test
  void signsBodiesThatAreNotText() {
    byte[] body = new byte[1_000];
    random.nextBytes(body);
    SigningSecret secret = SigningSecret.generateEd25519(random);
    String header = WebhookSignature.of(List.of(secret), ID, TIMESTAMP, body);

    assertThat(
            SignatureVerifier.verifies(
                secret.publicKey().orElseThrow(), header, ID, Long.toString(TIMESTAMP), body))
        .isTrue();
  }

  @Test
  void generatedSecretsDifferAndReadBack() {
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      texts.add(SigningSecret.generateHmac(random).reveal());
      texts.add(SigningSecret.generateEd25519(random).reveal());
    }

    assertThat(texts).hasSize(100);
    assertThat(texts).allSatisfy(t -> assertThat(SigningSecret.parse(t).reveal()).isEqualTo(t));
  }

  @Test
  void takesItsBytesFromTheGivenRandomness() {
    SecureRandom sevens =
        new SecureRandom() {
          @Override
          public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 7);
          }
        };
    byte[] expected = new byte[32];
    Arrays.fill(expected, (byte) 7);
    String encoded = Base64.getEncoder().encodeToString(expected);

    assertThat(SigningSecret.generateHmac(sevens).reveal()).isEqualTo("whsec_" + encoded);
    assertThat(SigningSecret.generateEd25519(sevens).reveal()).isEqualTo("whsk_" + encoded);
  }

  @Test
  void itsTextHidesTheSecret() {
    assertThat(SigningSecret.generateHmac(random)).hasToString("whsec_(hidden)");
    assertThat(SigningSecret.generateEd25519(random)).hasToString("whsk_(hidden)");
  }

  @Test
  void anHmacSecretHasNoPublicKey() {
    assertThat(SigningSecret.generateHmac(random).publicKey()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        // 25 bytes without the padding
        "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZI o2LaLaSw",
        // 24 bytes
        "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
      })
  void refusesWhatIsNoSecretWithoutRepeatingIt(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SigningSecret.parse(text))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("AAAA").doesNotContain("MfKQ"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 23, 65})
  void refusesHmacSecretsOfOtherLengths(int length) {
    String text = "whsec_" + Base64.getEncoder().encodeToString(new byte[length]);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> SigningSecret.parse(text))
        .withMessageContaining("24 to 64 bytes, not " + length);
  }

  @Test
  void refusesAMessageIdWithADot() {
    List<SigningSecret> secrets = List.of(SigningSecret.generateHmac(random));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> WebhookSignature.of(secrets, "a.1", TIMESTAMP, BODY));
  }

  @Test
  void refusesToSignWithNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WebhookSignature.of(List.of(), ID, TIMESTAMP, BODY));
  }

  private static Map<String, List<String>> headers(List<SigningSecret> secrets, String body) {
    // The library compares with the time of day.
    long now = Clock.systemUTC().instant().getEpochSecond();
    return Map.of(
        "webhook-id", List.of(ID),
        "webhook-timestamp", List.of(Long.toString(now)),
        "webhook-signature", List.of(WebhookSignature.of(secrets, ID, now, body.getBytes(UTF_8))));
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
