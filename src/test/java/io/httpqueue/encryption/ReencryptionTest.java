package io.httpqueue.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.testing.QueryPlans;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Isolated("What is logged is counted.")
@ExtendWith(OutputCaptureExtension.class)
class ReencryptionTest {

  private static final TestDatabase database = TestPostgres.freshDatabase();
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Encryption old = Keys.encryption(Keys.named("old", 1));
  private final Encryption both = Keys.encryption(Keys.named("new", 2), Keys.named("old", 1));
  private Vault vault;

  @AfterAll
  static void stop() {
    database.close();
  }

  @BeforeEach
  void makeTable() {
    vault = new Vault(database);
  }

  private Reencryption reencryption() {
    return new Reencryption(List.of(vault.column(both)), both);
  }

  @Test
  void everythingComesUnderTheFirstKeyAndKeepsItsValue() {
    vault.fill(old, 1, 250);
    vault.fill(both, 251, 10);

    assertThat(reencryption().run(LONG)).isFalse();

    assertThat(vault.countUnder("new")).isEqualTo(260);
    for (int number : new int[] {1, 250, 260}) {
      assertThat(vault.read(Keys.encryption(Keys.named("new", 2)), number))
          .isEqualTo(Integer.toString(number));
    }
    assertThat(vault.column(both).encryptSome(100)).isZero();
  }

  @Test
  void aStepIsBoundedAndATurnSaysWhetherMoreIsLeft() {
    vault.fill(old, 1, 150);

    assertThat(vault.column(both).encryptSome(7)).isEqualTo(7);
    assertThat(vault.countUnder("new")).isEqualTo(7);
    assertThat(reencryption().run(Duration.ZERO)).isTrue();
    assertThat(vault.countUnder("old")).isEqualTo(43);
    assertThat(reencryption().run(LONG)).isFalse();
  }

  @Test
  void severalServersShareItWhileRowsChange() throws Exception {
    vault.fill(old, 1, 300);
    Callable<Boolean> server = () -> reencryption().run(LONG);
    Callable<Boolean> writer =
        () -> {
          for (int number = 3; number <= 300; number += 3) {
            vault.write(number % 2 == 0 ? old : both, number, "changed " + number);
          }
          return false;
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> ended : threads.invokeAll(List.of(server, writer, server, server))) {
        assertThat(ended.get()).isFalse();
      }
    }
    // What an older server wrote behind the others' backs is for the next run.
    reencryption().run(LONG);

    assertThat(vault.countUnder("new")).isEqualTo(300);
    for (int number = 1; number <= 300; number++) {
      String value = number % 3 == 0 ? "changed " + number : Integer.toString(number);
      assertThat(vault.read(both, number)).isEqualTo(value);
    }
  }

  @Test
  void aRowThatSomebodyHoldsIsLeftForTheNextRun() {
    vault.fill(old, 1, 2);
    database
        .transactions()
        .executeWithoutResult(
            _ -> {
              vault.write(old, 1, "held");
              // On a connection of its own.
              assertThat(CompletableFuture.supplyAsync(() -> reencryption().run(LONG)).join())
                  .isFalse();
            });

    assertThat(vault.countUnder("old")).isOne();
    assertThat(vault.countUnder("new")).isOne();
    assertThat(vault.read(both, 1)).isEqualTo("held");
  }

  @Test
  void aValueThatDoesNotDecryptIsSaidOnceAndHoldsNothingUp(CapturedOutput output) {
    vault.fill(old, 1, 150);
    vault.damage(2);

    assertThat(reencryption().run(LONG)).isFalse();

    assertThat(vault.countUnder("old")).isOne();
    assertThat(vault.countUnder("new")).isEqualTo(149);
    assertThat(output.toString().split("do not decrypt", -1)).hasSize(2);
    assertThat(output).contains("vault.secret of " + Vault.row(2));
  }

  @Test
  void valuesUnderAKeyThatIsNotInTheRingAreLeftAlone() {
    vault.fill(Keys.encryption(Keys.named("lost", 3)), 1, 3);

    assertThat(reencryption().run(LONG)).isFalse();
    assertThat(vault.countUnder("lost")).isEqualTo(3);
  }

  @Test
  void theKeysInUseAreFoundAlongTheIndex() {
    vault.fill(old, 1, 20);
    vault.fill(both, 21, 20);
    EncryptedColumn column = vault.column(both);

    assertThat(column.keysInUse()).containsExactly("new", "old");
    assertThat(new QueryPlans(database.jdbc()).of(column.keysInUseSql(), Map.of()))
        .contains("vault_encryption_key_idx")
        .doesNotContain("Seq Scan");
  }
}
