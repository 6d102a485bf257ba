package io.httpqueue.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.security.SecureRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.support.GenericApplicationContext;

/** With which keys a server starts. */
@Isolated("What is logged is counted.")
@ExtendWith(OutputCaptureExtension.class)
class EncryptionStartTest {

  private static final TestDatabase database = TestPostgres.freshDatabase();
  private static final String PRODUCTION = "ENVIRONMENT=production";
  private static final String SAID = "a key that everybody knows";

  private Vault vault;

  @AfterAll
  static void stop() {
    database.close();
  }

  @BeforeEach
  void makeTable() {
    vault = new Vault(database);
  }

  @Test
  void developmentNeedsNoKeysAndSaysWhatThatMeans(CapturedOutput output) {
    start(
        encryption -> {
          vault.fill(encryption, 1, 1);
          assertThat(vault.countUnder("development")).isOne();
        });
    assertThat(output).contains(SAID, "HTTPQUEUE_ENCRYPTION_KEYS");
  }

  @Test
  void keysThatAreSetLaterStillReadWhatDevelopmentWrote(CapturedOutput output) {
    start(encryption -> vault.fill(encryption, 1, 1));
    int saidBefore = output.toString().split(SAID, -1).length;

    start(
        encryption -> {
          assertThat(vault.read(encryption, 1)).isEqualTo("1");
          vault.fill(encryption, 2, 1);
          assertThat(vault.countUnder("mine")).isOne();
        },
        "httpqueue.encryption.keys=" + Keys.named("mine", 1));
    assertThat(output.toString().split(SAID, -1)).hasSize(saidBefore);
  }

  @Test
  void elsewhereKeysAreRequired() {
    assertThat(refusal(PRODUCTION))
        .contains("HTTPQUEUE_ENCRYPTION_KEYS", "openssl rand -base64 32");
    start(
        encryption -> assertThat(encryption.currentKey()).isEqualTo("mine"),
        PRODUCTION,
        "httpqueue.encryption.keys=" + Keys.named("mine", 1));
  }

  @Test
  void elsewhereTheKeyThatEverybodyKnowsMayDecryptButNotEncrypt() {
    String known = "development:aHR0cHF1ZXVlLWRldmVsb3BtZW50LW9ubHkta2V5LTE=";
    start(encryption -> vault.fill(encryption, 1, 1));

    assertThat(refusal(PRODUCTION, "httpqueue.encryption.keys=" + known)).contains("must not");
    start(
        encryption -> assertThat(vault.read(encryption, 1)).isEqualTo("1"),
        PRODUCTION,
        "httpqueue.encryption.keys=" + Keys.named("mine", 1) + "," + known);
  }

  @Test
  void aKeyThatTheDatabaseNeedsAndTheRingLacksStopsTheStart() {
    vault.fill(Keys.encryption(Keys.named("lost", 2)), 1, 1);

    assertThat(refusal("httpqueue.encryption.keys=" + Keys.named("mine", 1)))
        .contains("vault.secret under the encryption key lost")
        .doesNotContain(Keys.base64(1));
  }

  @Test
  void anotherKeyUnderAnOldNameStopsTheStart() {
    vault.fill(Keys.encryption(Keys.named("mine", 2)), 1, 10);

    assertThat(refusal("httpqueue.encryption.keys=" + Keys.named("mine", 1)))
        .contains("the encryption key mine", "is not the one of that name", "vault.secret")
        .doesNotContain(Keys.base64(1));
  }

  @Test
  void oneDamagedValueDoesNotStopTheStart() {
    vault.fill(Keys.encryption(Keys.named("mine", 1)), 1, 3);
    vault.damage(1);

    start(
        encryption -> assertThat(vault.read(encryption, 2)).isEqualTo("2"),
        "httpqueue.encryption.keys=" + Keys.named("mine", 1));
  }

  private void start(Consumer<Encryption> whatFollows, String... settings) {
    server(settings)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              whatFollows.accept(context.getBean(Encryption.class));
            });
  }

  private String refusal(String... settings) {
    StringBuilder message = new StringBuilder();
    server(settings)
        .run(
            context -> {
              assertThat(context).hasFailed();
              assertThat(context.getStartupFailure())
                  .rootCause()
                  .isInstanceOf(EncryptionKeysException.class)
                  .satisfies(root -> message.append(root.getMessage()));
            });
    return message.toString();
  }

  private ApplicationContextRunner server(String... settings) {
    return new ApplicationContextRunner()
        .withInitializer(new ConfigDataApplicationContextInitializer())
        .withInitializer(
            context ->
                ((GenericApplicationContext) context)
                    .registerBean(
                        EncryptedColumn.class,
                        () -> vault.column(context.getBean(Encryption.class))))
        .withBean(SecureRandom.class, SecureRandom::new)
        .withUserConfiguration(EncryptionConfiguration.class)
        .withPropertyValues(settings);
  }
}
