package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.httpqueue.api.v1.ClientCertificate;
import io.httpqueue.testing.IssuedCertificate;
import io.httpqueue.testing.IssuedCertificate.Wish;
import java.net.URI;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCertificateRulesTest {

  private static final String CHAIN = "client_certificate.certificate_chain";
  private static final String KEY = "client_certificate.private_key";

  private static final IssuedCertificate AUTHORITY =
      IssuedCertificate.selfSigned(Wish.of("authority").thatIssues());
  private static final IssuedCertificate CLIENT = AUTHORITY.issue(Wish.of("client"));
  private static final IssuedCertificate OTHER = AUTHORITY.issue(Wish.of("other"));

  private final Instant now = Instant.now();

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void aCertificateWithItsIssuersAndItsKeyIsTaken(String algorithm) {
    IssuedCertificate issued = AUTHORITY.issue(Wish.of("client").withAlgorithm(algorithm));

    assertThat(read("https://a.example/", "Bag Attributes\n" + issued.chainPem(), issued.keyPem()))
        .contains(new io.httpqueue.webhook.ClientCertificate(issued.chain(), issued.key()));
  }

  @Test
  void itIsForHttpsAlone() {
    assertThat(violations("http://a.example/", CLIENT.chainPem(), CLIENT.keyPem()))
        .containsOnlyKeys("client_certificate");
  }

  @Test
  void bothPartsAreRequired() {
    assertThat(violations("https://a.example/", "", "")).containsOnlyKeys(CHAIN, KEY);
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() {
    assertThat(violations(CLIENT.chainPem(), OTHER.keyPem()))
        .containsExactly(Map.entry(KEY, "does not belong to the certificate"));
    IssuedCertificate rsa = IssuedCertificate.selfSigned(Wish.of("rsa").withAlgorithm("RSA"));
    assertThat(violations(CLIENT.chainPem(), rsa.keyPem())).containsOnlyKeys(KEY);
    assertThat(violations(rsa.chainPem(), CLIENT.keyPem())).containsOnlyKeys(KEY);
  }

  @Test
  void whatHasEndedOrHasNotBegunIsRefused() {
    Wish wish = Wish.of("client");
    Instant long1 = now.minus(Duration.ofDays(2));
    IssuedCertificate ended = AUTHORITY.issue(wish.between(long1, now.minusSeconds(60)));
    IssuedCertificate early =
        AUTHORITY.issue(wish.between(now.plusSeconds(60), now.plusSeconds(3600)));
    IssuedCertificate endedAuthority =
        IssuedCertificate.selfSigned(
            Wish.of("old").thatIssues().between(long1, now.minusSeconds(60)));
    IssuedCertificate below = endedAuthority.issue(wish);

    assertThat(violations(ended.chainPem(), ended.keyPem()).get(CHAIN))
        .startsWith("holds a certificate (number 1) that ended at ");
    assertThat(violations(early.chainPem(), early.keyPem()).get(CHAIN)).contains("begins at");
    assertThat(violations(below.chainPem(), below.keyPem()).get(CHAIN)).contains("(number 2)");
  }

  @Test
  void aChainMustBeOne() {
    String unrelated = IssuedCertificate.selfSigned(Wish.of("authority").thatIssues()).chainPem();
    String first = IssuedCertificate.pem("CERTIFICATE", encoded(CLIENT));

    assertThat(violations(first + unrelated, CLIENT.keyPem()).get(CHAIN))
        .isEqualTo("is in no order: certificate 2 must be the issuer of the one before it");
    assertThat(violations(first.repeat(11), CLIENT.keyPem()).get(CHAIN)).contains("11 PEM blocks");
    assertThat(violations("x".repeat(65_537), CLIENT.keyPem()).get(CHAIN)).contains("65536");
    assertThat(
            violations(IssuedCertificate.pem("CERTIFICATE", new byte[100]), CLIENT.keyPem())
                .get(CHAIN))
        .isEqualTo("has a block that is not an X.509 certificate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KEY-MATERIAL",
        "-----BEGIN PRIVATE KEY-----\nKEY-MATERIAL\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nS0VZ=LU1BVEVSSUFM\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nS0VZTUFURVJJQUw=\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nS0VZTUFURVJJQUw=\n-----END CERTIFICATE-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nS0VZ\n-----END ENCRYPTED PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nS0VZTUFURVJJQUw=\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nS0VZTUFURVJJQUw=\n-----END EC PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nS0VZTUFURVJJQUw=\n-----END CERTIFICATE-----"
      })
  void otherKeysAreRefusedWithoutShowingThem(String text) {
    Map<String, String> violations = violations(CLIENT.chainPem(), text);

    assertThat(violations).containsOnlyKeys(KEY);
    assertThat(violations.get(KEY)).doesNotContain("MATERIAL").doesNotContain("S0VZ");
    assertThat(violations(CLIENT.chainPem(), text + "x".repeat(16_385))).containsOnlyKeys(KEY);
  }

  private static byte[] encoded(IssuedCertificate certificate) {
    try {
      return certificate.chain().getFirst().getEncoded();
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  private Optional<io.httpqueue.webhook.ClientCertificate> read(
      String url, String chain, String key) {
    Violations violations = new Violations();
    Optional<io.httpqueue.webhook.ClientCertificate> read =
        ClientCertificateRules.parse(
            "client_certificate",
            ClientCertificate.newBuilder().setCertificateChain(chain).setPrivateKey(key).build(),
            Optional.of(URI.create(url)),
            now,
            violations);
    violations.throwIfAny();
    return read;
  }

  private Map<String, String> violations(String chain, String key) {
    return violations("https://a.example/", chain, key);
  }

  private Map<String, String> violations(String url, String chain, String key) {
    InvalidRequestException failure =
        catchThrowableOfType(InvalidRequestException.class, () -> read(url, chain, key));
    return Arrays.stream(failure.violations().toArray(FieldViolation[]::new))
        .collect(Collectors.toMap(FieldViolation::field, FieldViolation::description));
  }
}
