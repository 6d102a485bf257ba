package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.httpqueue.database.Batcher.Limits;
import io.httpqueue.database.Batcher.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Items are texts, as large as they are long. */
@Timeout(60)
class BatcherTest {

  private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());

  /** Lets one batch through each. */
  private final Semaphore commits = new Semaphore(0);

  private Batcher<String, String> batcher = batcher(new Limits(3, 100, 5, 100));

  @AfterEach
  void close() {
    commits.release(1_000_000);
    batcher.close();
  }

  @Test
  void writesASingleItemAtOnce() {
    commits.release();
    assertThat(batcher.submit("a").join()).isEqualTo("a!");
  }

  @Test
  void gathersWhatComesWhileACommitRuns() {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    answers.add(batcher.submit("a"));
    awaitTaken(1);
    answers.add(batcher.submit("b"));
    answers.add(batcher.submit("c"));
    commits.release(2);
    assertThat(answers).extracting(CompletableFuture::join).containsExactly("a!", "b!", "c!");
    assertThat(batches).containsExactly(List.of("a"), List.of("b", "c"));
  }

  @Test
  void answersNobodyBeforeTheCommit() {
    CompletableFuture<String> answer = batcher.submit("a");
    awaitTaken(1);
    assertThat(answer).isNotDone();
  }

  @Test
  void putsNoMoreItemsIntoACommitThanAllowed() {
    occupy();
    List.of("b", "c", "d", "e", "f").forEach(this::queue);
    commits.release(3);
    awaitTaken(3);
    assertThat(batches).containsExactly(List.of("a"), List.of("b", "c", "d"), List.of("e", "f"));
  }

  @Test
  void putsNoMoreBytesIntoACommitThanAllowedButForASingleItem() {
    batcher.close();
    batcher = batcher(new Limits(10, 4, 10, 100));
    occupy();
    List.of("bb", "cc", "d", "eeeeeeee", "f").forEach(this::queue);
    commits.release(5);
    awaitTaken(5);
    assertThat(batches)
        .containsExactly(
            List.of("a"), List.of("bb", "cc"), List.of("d"), List.of("eeeeeeee"), List.of("f"));
  }

  @Test
  void letsMoreGatherAfterACommitOfMany() {
    pace(1);
    assertThat(batcher.submit("a").join()).isEqualTo("a!");
    for (int round = 1; round <= 50; round++) {
      List.of("b", "c", "d").forEach(this::queue);
      awaitTaken(1 + round);
    }
    assertThat(batches.subList(1, 51)).containsOnly(List.of("b", "c", "d"));
  }

  @Test
  void letsNothingGatherAfterACommitOfFew() {
    pace(2);
    assertThat(batcher.submit("a").join()).isEqualTo("a!");
    assertThat(batcher.submit("b").join()).isEqualTo("b!");
  }

  @Test
  void letsNothingGatherThatIsUrgent() {
    pace(1);
    assertThat(batcher.submit("a").join()).isEqualTo("a!");
    CompletableFuture<String> patient = batcher.submit("b");
    assertThat(batcher.submitAtOnce("c").join()).isEqualTo("c!");
    assertThat(patient).isCompletedWithValue("b!");
    queue("d");
    assertThat(batcher.queuedItems()).isEqualTo(1);
  }

  @Test
  void writesWhatGathersWhenTheIntervalIsOver() {
    batcher.close();
    batcher = batcher(new Limits(3, 100, 5, 100), new Pace(1, Duration.ofMillis(20)));
    commits.release(1_000);
    assertThat(batcher.submit("a").join()).isEqualTo("a!");
    assertThat(batcher.submit("b").join()).isEqualTo("b!");
  }

  @Test
  void writesWhatGathersBeforeItCloses() {
    pace(1);
    assertThat(batcher.submit("a").join()).isEqualTo("a!");
    CompletableFuture<String> gathering = batcher.submit("b");
    batcher.close();
    assertThat(gathering).isCompletedWithValue("b!");
  }

  /** Commits take no time, and after one of so many the next begins in an hour. */
  private void pace(int items) {
    batcher.close();
    batcher = batcher(new Limits(3, 100, 5, 100), new Pace(items, Duration.ofHours(1)));
    commits.release(1_000);
  }

  @Test
  void refusesWhatIsOneItemTooMany() {
    occupy();
    List.of("b", "c", "d", "e", "f").forEach(this::queue);
    assertThatThrownBy(() -> batcher.submit("g")).isInstanceOf(QueueFullException.class);
    assertThat(batcher.queuedItems()).isEqualTo(5);
    commits.release(2);
    awaitTaken(3);
    commits.release(10);
    assertThat(batcher.submit("h").join()).isEqualTo("h!");
  }

  @Test
  void refusesWhatIsTooManyBytesButForASingleItem() {
    occupy();
    queue("b".repeat(200));
    assertThatThrownBy(() -> batcher.submit("c")).isInstanceOf(QueueFullException.class);
  }

  @Test
  void handsAFailureToTheCallersOfItsBatchAndGoesOn() {
    commits.release(1_000);
    assertThat(batcher.submit("fails"))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(IllegalArgumentException.class);
    assertThat(batcher.submit("error"))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(StackOverflowError.class);
    assertThat(batcher.submit("b").join()).isEqualTo("b!");
  }

  @Test
  void tellsTheCallersWhenAnAnswerIsMissing() {
    commits.release(1_000);
    assertThat(batcher.submit("unanswered")).failsWithin(Duration.ofSeconds(10));
    assertThat(batcher.submit("b").join()).isEqualTo("b!");
  }

  @Test
  void writesWhatWaitsBeforeItCloses() {
    occupy();
    CompletableFuture<String> waiting = batcher.submit("b");
    commits.release(2);
    batcher.close();
    assertThat(waiting).isCompletedWithValue("b!");
    assertThatThrownBy(() -> batcher.submit("c")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closesAfterItsPatienceWhileACommitHangs() {
    occupy();
    batcher.close(Duration.ofMillis(1));
    assertThat(batcher.queuedItems()).isZero();
  }

  @Test
  void answersEveryoneOfManyAtOnceWithHisOwn() {
    batcher.close();
    batcher = batcher(new Limits(50, 1_000_000, 1_000_000, 1_000_000));
    commits.release(1_000_000);
    List<Thread> callers =
        IntStream.range(0, 8)
            .mapToObj(caller -> Thread.ofVirtual().start(() -> callAThousandTimes(caller)))
            .toList();
    callers.forEach(BatcherTest::join);
    assertThat(batches.stream().mapToInt(List::size).sum()).isEqualTo(8_000);
    assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(50));
    assertThat(batches.stream().flatMap(List::stream)).doesNotHaveDuplicates();
  }

  @Test
  void losesNothingThatItTookWhileItCloses() {
    commits.release(1_000_000);
    for (int round = 0; round < 200; round++) {
      Batcher<String, String> closing = batcher(new Limits(3, 100, 1_000, 10_000));
      List<CompletableFuture<String>> taken = Collections.synchronizedList(new ArrayList<>());
      Thread caller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 1_000; i++) {
                        taken.add(closing.submit("a"));
                      }
                    } catch (IllegalStateException | QueueFullException e) {
                      // Closed, or quicker than the writer: what was taken counts.
                    }
                  });
      closing.close();
      join(caller);
      assertThat(taken).allSatisfy(answer -> assertThat(answer).isCompletedWithValue("a!"));
    }
  }

  private void callAThousandTimes(int caller) {
    for (int i = 0; i < 1_000; i++) {
      String item = caller + "/" + i;
      if (!batcher.submit(item).join().equals(item + "!")) {
        throw new AssertionError(item);
      }
    }
  }

  private Batcher<String, String> batcher(Limits limits) {
    return batcher(limits, Pace.NONE);
  }

  private Batcher<String, String> batcher(Limits limits, Pace pace) {
    return new Batcher<>("test", limits, pace, String::length, this::write);
  }

  private List<String> write(List<String> items) {
    batches.add(List.copyOf(items));
    commits.acquireUninterruptibly();
    if (items.contains("fails")) {
      throw new IllegalArgumentException("on purpose");
    }
    if (items.contains("error")) {
      throw new StackOverflowError("on purpose");
    }
    return items.contains("unanswered") ? List.of() : items.stream().map(i -> i + "!").toList();
  }

  /** A commit of one item runs and does not end. */
  private void occupy() {
    queue("a");
    awaitTaken(1);
  }

  private void queue(String item) {
    var _ = batcher.submit(item);
  }

  private void awaitTaken(int count) {
    await().pollInterval(Duration.ofMillis(1)).until(() -> batches.size() == count);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
