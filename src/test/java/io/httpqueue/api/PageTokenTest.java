package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTokenTest {

  private static final UUID LAST = UUID.fromString("01939a5c-2d3e-7abc-8def-0123456789ab");

  private final Violations violations = new Violations();

  @Test
  void aTokenOfTheSameQuestionGivesTheIdBack() {
    String token = new PageToken("a", "bc").after(LAST);

    assertThat(new PageToken("a", "bc").read(token, violations)).contains(LAST);
    assertThat(violations.isEmpty()).isTrue();
  }

  @Test
  void noTokenIsTheFirstPage() {
    assertThat(new PageToken("a").read("", violations)).isEmpty();
    assertThat(violations.isEmpty()).isTrue();
  }

  @Test
  void aTokenOfAnotherQuestionIsRefused() {
    String token = new PageToken("a", "bc").after(LAST);

    assertThat(new PageToken("ab", "c").read(token, violations)).isEqualTo(Optional.empty());
    assertThat(violations.isEmpty()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "AAAA", "%%%", "ü", "\0", " "})
  void aBrokenTokenIsRefused(String token) {
    assertThat(new PageToken("a").read(token, violations)).isEmpty();
    assertThat(violations.isEmpty()).isFalse();
  }

  @Test
  void aTokenWithMoreAtItsEndIsRefused() {
    String token = new PageToken("a").after(LAST) + "AAAA";

    assertThat(new PageToken("a").read(token, violations)).isEmpty();
    assertThat(violations.isEmpty()).isFalse();
  }
}
