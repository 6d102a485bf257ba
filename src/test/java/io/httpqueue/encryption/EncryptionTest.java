package io.httpqueue.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptionTest {

  private static final UUID ROW = UUID.fromString("01970000-0000-7000-8000-000000000001");
  private static final AssociatedData PLACE = AssociatedData.of("t", "c", ROW);
  private static final byte[] VALUE = "whsec_secret".getBytes(UTF_8);

  private final SecureRandom random = new SecureRandom();

  @Test
  void whatWasEncryptedDecryptsInItsPlaceAlone() {
    Encryption encryption = encryption("a:" + key(1));
    byte[] encrypted = encryption.encrypt(PLACE, VALUE);

    assertThat(encryption.decrypt(PLACE, encrypted)).isEqualTo(VALUE);
    for (AssociatedData other :
        List.of(
            AssociatedData.of("t", "c", new UUID(0, 0)),
            AssociatedData.of("t", "c", ROW, ROW),
            AssociatedData.of("t", "c"),
            AssociatedData.of("t", "d", ROW),
            AssociatedData.of("u", "c", ROW),
            AssociatedData.of("tc", "", ROW))) {
      assertThatExceptionOfType(DecryptionException.class)
          .isThrownBy(() -> encryption.decrypt(other, encrypted));
    }
  }

  @Test
  void noByteOfAnEncryptedValueCanBeChangedOrLeftOut() {
    Encryption encryption = encryption("a:%s,b:%s".formatted(key(1), key(1)));
    byte[] encrypted = encryption.encrypt(PLACE, VALUE);

    for (int i = 0; i < encrypted.length; i++) {
      byte[] changed = encrypted.clone();
      changed[i] ^= 3; // makes a name b of a, too
      assertThatExceptionOfType(DecryptionException.class)
          .isThrownBy(() -> encryption.decrypt(PLACE, changed));
      byte[] cut = Arrays.copyOf(encrypted, i);
      assertThatExceptionOfType(DecryptionException.class)
          .isThrownBy(() -> encryption.decrypt(PLACE, cut));
    }
  }

  @Test
  void theSameValueIsEncryptedDifferentlyEachTime() {
    Encryption encryption = encryption("a:" + key(1));

    assertThat(encryption.encrypt(PLACE, VALUE)).isNotEqualTo(encryption.encrypt(PLACE, VALUE));
  }

  @Test
  void theFirstKeyEncryptsAndAllDecrypt() {
    byte[] old = encryption("old:" + key(1)).encrypt(PLACE, VALUE);
    Encryption both = encryption("new:%s, old:%s".formatted(key(2), key(1)));

    assertThat(both.decrypt(PLACE, old)).isEqualTo(VALUE);
    byte[] fresh = both.encrypt(PLACE, VALUE);
    assertThat(encryption("new:" + key(2)).decrypt(PLACE, fresh)).isEqualTo(VALUE);
    assertThatExceptionOfType(DecryptionException.class)
        .isThrownBy(() -> encryption("old:" + key(1)).decrypt(PLACE, fresh))
        .withMessageContaining("under the key new")
        .withMessageContaining("t.c of " + ROW);
    assertThatExceptionOfType(DecryptionException.class)
        .isThrownBy(() -> encryption("new:" + key(3)).decrypt(PLACE, fresh))
        .withMessageContaining("the key new is another one");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 70_000})
  void valuesOfAnyLengthComeBack(int length) {
    byte[] value = new byte[length];
    random.nextBytes(value);
    Encryption encryption = encryption("a-name.of_32-characters.01234567:" + key(1));

    assertThat(encryption.decrypt(PLACE, encryption.encrypt(PLACE, value))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KEY",
        ":KEY",
        "a:",
        "a:KEY,",
        "a:KEY,KEY",
        "a:KEYA",
        "a b:KEY",
        "a-name-of-more-than-32-characters:KEY",
        "KEY:a",
        "a:c2hvcnQ="
      })
  void aRingOfAnotherFormIsRefusedWithoutBeingShown(String text) {
    String given = text.replace("KEY", key(1));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyRing.from(given))
        .withMessageContaining("name:key")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(key(1), "c2hv"));
  }

  @Test
  void twoKeysOfOneNameAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyRing.from("a:%s,a:%s".formatted(key(1), key(2))))
        .withMessage("has two keys of the name a");
  }

  @Test
  void blankIsNoRing() {
    assertThat(KeyRing.from(" ")).isNull();
  }

  @Test
  void theTextOfARingHasItsNamesAlone() {
    assertThat(encryption("a:%s,b:%s".formatted(key(1), key(2))))
        .hasToString("Encryption[[a:(hidden), b:(hidden)]]");
  }

  private static Encryption encryption(String keys) {
    return Keys.encryption(keys);
  }

  private static String key(int number) {
    return Keys.base64(number);
  }
}
