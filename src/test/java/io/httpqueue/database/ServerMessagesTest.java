package io.httpqueue.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.httpqueue.harness.TcpProxy;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServerMessagesTest {

  @Test
  void messagesComeAgainAfterPostgresVanishedWithoutAWord() throws Exception {
    try (TestDatabase database = TestPostgres.emptyDatabase();
        TcpProxy network = database.network();
        HikariDataSource pool = pool(database.urlThrough(network))) {
      ServerMessages here = new ServerMessages(pool, new ConnectionPools(List.of(pool))::reopen);
      ServerMessages elsewhere = new ServerMessages(database.dataSource(), () -> {});
      List<String> received = new CopyOnWriteArrayList<>();
      AtomicInteger gaps = new AtomicInteger();
      here.subscribe("greeting", received::add);
      here.afterGap(gaps::incrementAndGet);
      here.start();
      try {
        await().until(() -> gaps.get() == 1);
        elsewhere.publish("greeting", "before");
        await().until(() -> received.contains("before"));

        network.silence();
        elsewhere.publish("greeting", "meanwhile");
        await().atMost(Duration.ofSeconds(30)).until(() -> gaps.get() == 2);
        elsewhere.publish("greeting", "after");
        await().until(() -> received.contains("after"));
        assertThat(received).doesNotContain("meanwhile");
      } finally {
        network.endSilent();
        here.stop();
      }
    }
  }

  @Test
  void severalMessagesOfOneCallComeInTheirOrder() {
    try (TestDatabase database = TestPostgres.emptyDatabase()) {
      ServerMessages messages = new ServerMessages(database.dataSource(), () -> {});
      List<String> received = new CopyOnWriteArrayList<>();
      AtomicInteger gaps = new AtomicInteger();
      messages.subscribe("greeting", received::add);
      messages.afterGap(gaps::incrementAndGet);
      messages.start();
      try {
        await().until(() -> gaps.get() == 1);
        String longest = "x".repeat(ServerMessages.MAX_LENGTH - "greeting ".length());
        messages.publish("greeting", List.of("first", longest, "third"));
        messages.publish("greeting", "last");
        await().until(() -> received.contains("last"));
        assertThat(received).containsExactly("first", longest, "third", "last");
      } finally {
        messages.stop();
      }
    }
  }

  @Test
  void itIsFoundWhenTheQueueOfMessagesFillsUp() {
    try (TestDatabase database = TestPostgres.emptyDatabase()) {
      ServerMessages usual = new ServerMessages(database.dataSource(), () -> {});
      ServerMessages strict = new ServerMessages(database.dataSource(), () -> {}, 0);
      usual.start();
      strict.start();
      try {
        await().until(strict::isFillingUp);
        assertThat(usual.isFillingUp()).isFalse();
      } finally {
        usual.stop();
        strict.stop();
      }
    }
  }

  private static HikariDataSource pool(String setting) {
    DatabaseSettings settings = SampleSettings.of(setting.substring(setting.indexOf('=') + 1));
    return new DatabaseConfiguration().dataSource(SampleSettings.postgres(settings), settings);
  }
}
