package io.httpqueue.api;

import static io.httpqueue.api.v1.SigningScheme.SIGNING_SCHEME_ED25519;
import static io.httpqueue.api.v1.SigningScheme.SIGNING_SCHEME_HMAC_SHA256;
import static io.httpqueue.api.v1.SigningScheme.SIGNING_SCHEME_UNSPECIFIED;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.SigningScheme;
import io.httpqueue.webhook.SecretChoice;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SigningRulesTest {

  private static final String HMAC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String ED25519 = "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=";

  @Test
  void bothFieldsMayBeLeftOut() {
    assertThat(read("", SIGNING_SCHEME_UNSPECIFIED)).isEqualTo(SecretChoice.DEFAULT);
    assertThat(read("", SIGNING_SCHEME_ED25519).scheme())
        .isEqualTo(io.httpqueue.signing.SigningScheme.ED25519);
  }

  @Test
  void aSecretOfItsSchemeIsTaken() {
    assertThat(requireNonNull(read(HMAC, SIGNING_SCHEME_HMAC_SHA256).secret()).reveal())
        .isEqualTo(HMAC);
    assertThat(requireNonNull(read(ED25519, SIGNING_SCHEME_UNSPECIFIED).secret()).reveal())
        .isEqualTo(ED25519);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw|SIGNING_SCHEME_UNSPECIFIED|secret|begins with whsec_ or",
        "whsec_MfKQ|SIGNING_SCHEME_UNSPECIFIED|secret|24 to 64 bytes, not 3",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS_|SIGNING_SCHEME_UNSPECIFIED|secret|base64",
        "whsk_MfKQ|SIGNING_SCHEME_ED25519|secret|32 bytes, not 3",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw|SIGNING_SCHEME_ED25519|signing_scheme|HMAC_SHA256",
      })
  void whatIsWrongIsSaidWithoutTheSecret(
      String secret, SigningScheme scheme, String field, String description) {
    List<FieldViolation> violations =
        violations(RegisterWebhookRequest.newBuilder().setSecret(secret).setSigningScheme(scheme));

    assertThat(violations).extracting(FieldViolation::field).containsExactly(field);
    assertThat(violations.getFirst().description()).contains(description).doesNotContain("MfKQ");
  }

  @Test
  void anUnknownSchemeIsRefused() {
    assertThat(violations(RegisterWebhookRequest.newBuilder().setSigningSchemeValue(3)))
        .extracting(FieldViolation::field)
        .containsExactly("signing_scheme");
  }

  private static SecretChoice read(String secret, SigningScheme scheme) {
    Violations violations = new Violations();
    SecretChoice choice = SigningRules.read(secret, scheme, violations);
    violations.throwIfAny();
    return choice;
  }

  /** Those of a registration that is right otherwise. */
  private static List<FieldViolation> violations(RegisterWebhookRequest.Builder request) {
    InvalidRequestException refusal =
        catchThrowableOfType(
            InvalidRequestException.class,
            () ->
                RegisterWebhookRules.read(
                    request
                        .setNamespace("shop")
                        .addEvents("*")
                        .setUrl("https://example.com/")
                        .build()));
    assertThat(refusal.getMessage()).doesNotContain("MfKQ");
    return refusal.violations();
  }
}
