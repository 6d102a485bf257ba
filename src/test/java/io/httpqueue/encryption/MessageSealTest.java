package io.httpqueue.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MessageSealTest {

  private static final byte[] MESSAGE = "what one server tells another".getBytes(UTF_8);

  private final MessageSeal seal = seal(Keys.named("new", 2), Keys.named("old", 1));

  @Test
  void anotherServerWithTheSameKeysOpensIt() {
    MessageSeal other = seal(Keys.named("new", 2), Keys.named("old", 1));
    assertThat(other.open("t", seal.seal("t", MESSAGE))).contains(MESSAGE);
    assertThat(seal.open("t", other.seal("t", MESSAGE))).contains(MESSAGE);
    assertThat(seal.open("t", seal.seal("t", new byte[0]))).contains(new byte[0]);
  }

  @Test
  void itIsOpenedWhileKeysAreChanged() {
    MessageSeal before = seal(Keys.named("old", 1));
    MessageSeal between = seal(Keys.named("old", 1), Keys.named("new", 2));
    assertThat(seal.open("t", before.seal("t", MESSAGE))).contains(MESSAGE);
    assertThat(between.open("t", seal.seal("t", MESSAGE))).contains(MESSAGE);
    assertThat(before.open("t", seal.seal("t", MESSAGE))).isEmpty();
  }

  @Test
  void noTwoMessagesAreSealedAlike() {
    byte[] first = seal.seal("t", MESSAGE);
    byte[] second = seal.seal("t", MESSAGE);
    assertThat(first).isNotEqualTo(second).hasSameSizeAs(second);
    assertThat(new String(first, UTF_8)).doesNotContain("server");
    assertThat(first.length - MESSAGE.length).isLessThanOrEqualTo(MessageSeal.MOST_OVERHEAD);
  }

  @Test
  void whatWasChangedInAnyPlaceOrCutShortIsNotOpened() {
    byte[] sealed = seal.seal("t", MESSAGE);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThat(seal.open("t", changed)).as("byte %d", i).isEmpty();
      assertThat(seal.open("t", Arrays.copyOf(sealed, i))).as("%d bytes", i).isEmpty();
    }
  }

  @Test
  void whatWasSealedUnderAnotherTopicOrAnotherKeyOfThatNameIsNotOpened() {
    assertThat(seal.open("other", seal.seal("t", MESSAGE))).isEmpty();
    assertThat(seal.open("t", seal(Keys.named("new", 3)).seal("t", MESSAGE))).isEmpty();
    assertThat(seal.open("t", seal(Keys.named("unknown", 2)).seal("t", MESSAGE))).isEmpty();
  }

  @Test
  void theKeyThatEverybodyKnowsIsTrustedOnlyWhereItIsTheFirst() {
    MessageSeal development = new MessageSeal(KeyRing.development(), new SecureRandom());
    byte[] sealed = development.seal("t", MESSAGE);
    KeyRing taken = Keys.encryption(Keys.named("own", 1)).ring().withDevelopment();
    assertThat(new MessageSeal(taken, new SecureRandom()).open("t", sealed)).isEmpty();
    MessageSeal other = new MessageSeal(KeyRing.development(), new SecureRandom());
    assertThat(other.open("t", sealed)).contains(MESSAGE);
  }

  @Test
  void itsTextHoldsNamesOfKeysOnly() {
    assertThat(seal.toString()).contains("new", "old").doesNotContain(Keys.base64(2));
  }

  private static MessageSeal seal(String... keys) {
    return new MessageSeal(Keys.encryption(keys).ring(), new SecureRandom());
  }
}
