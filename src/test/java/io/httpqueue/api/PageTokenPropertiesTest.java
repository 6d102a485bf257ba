package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What holds for every page token and every text that is sent in place of one. */
class PageTokenPropertiesTest {

  private static final int TRIES = 20_000;

  private final Random random = new Random(20261125);

  @Test
  void aTokenGivesBackWhatItWasMadeOfForTheSameQuestionAlone() {
    for (int i = 0; i < TRIES; i++) {
      String[] question = {text(), text(), text()};
      UUID last = new UUID(random.nextLong(), random.nextLong());
      String token = new PageToken(question).after(last);

      Violations none = new Violations();
      assertThat(new PageToken(question.clone()).read(token, none)).contains(last);
      assertThat(none.isEmpty()).isTrue();

      String[] other = question.clone();
      other[random.nextInt(3)] += "x";
      Violations violations = new Violations();
      assertThat(new PageToken(other).read(token, violations)).isEmpty();
      assertThat(violations.isEmpty()).isFalse();
    }
  }

  @Test
  void aTokenWithAnyBitChangedInItsDigestIsRefused() {
    PageToken question = new PageToken("a", "b");
    for (int i = 0; i < TRIES; i++) {
      byte[] token = Base64.getUrlDecoder().decode(question.after(new UUID(random.nextLong(), 1)));
      token[16 + random.nextInt(token.length - 16)] ^= (byte) (1 << random.nextInt(8));
      Violations violations = new Violations();

      assertThat(
              question.read(
                  Base64.getUrlEncoder().withoutPadding().encodeToString(token), violations))
          .isEmpty();
      assertThat(violations.isEmpty()).isFalse();
    }
  }

  @Test
  void whateverIsSentInPlaceOfATokenIsReadOrRefused() {
    PageToken question = new PageToken("a", "b");
    for (int i = 0; i < TRIES; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      String token =
          random.nextBoolean()
              ? Base64.getUrlEncoder().encodeToString(bytes)
              : new String(bytes, StandardCharsets.ISO_8859_1);
      Violations violations = new Violations();

      boolean read = question.readName(token, violations).isPresent();

      assertThat(read || token.isEmpty()).as("%s", token).isEqualTo(violations.isEmpty());
    }
  }

  private String text() {
    byte[] bytes = new byte[random.nextInt(8)];
    random.nextBytes(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
