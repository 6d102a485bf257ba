package io.httpqueue.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RolesTest {

  @Test
  void readsEitherRoleAndBoth() {
    assertThat(Roles.from("api")).isEqualTo(new Roles(true, false));
    assertThat(Roles.from(" Worker ")).isEqualTo(new Roles(false, true));
    assertThat(Roles.from("worker, api")).isEqualTo(Roles.ALL);
    assertThat(Roles.from(Roles.ALL.toString())).isEqualTo(Roles.ALL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", "server", "api,sweeper", "api;worker"})
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> Roles.from(text)).hasMessageContaining("api,worker");
  }
}
