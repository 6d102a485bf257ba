package io.httpqueue.encryption;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Brings every encrypted value under the ring's first key, some at a time. May run on several
 * servers at once; where their rings differ in their first key, as while a new one is rolled out,
 * values go back and forth until the last server has it. Thread-safe.
 */
@Component
public class Reencryption {

  private static final Logger log = LoggerFactory.getLogger(Reencryption.class);

  /** A transaction of milliseconds, so that nobody waits for its rows. */
  private static final int BATCH = 100;

  private final List<EncryptionBacklog> backlogs;
  private final Encryption encryption;

  Reencryption(List<EncryptionBacklog> backlogs, Encryption encryption) {
    this.backlogs = List.copyOf(backlogs);
    this.encryption = encryption;
  }

  /** The name of the key that it brings everything under. */
  public String key() {
    return encryption.currentKey();
  }

  /**
   * Works for the given time at most, and a batch more.
   *
   * @return whether more is to be done
   * @throws org.springframework.dao.DataAccessException if Postgres is away; what was done stays
   */
  public boolean run(Duration turn) {
    long started = System.nanoTime();
    long total = 0;
    boolean more = false;
    for (EncryptionBacklog backlog : backlogs) {
      int encrypted = backlog.encryptSome(BATCH);
      while (encrypted > 0 && System.nanoTime() - started < turn.toNanos()) {
        total += encrypted;
        encrypted = backlog.encryptSome(BATCH);
      }
      total += encrypted;
      more |= encrypted > 0;
    }
    if (total > 0) {
      log.info("{} values were encrypted under the key {}", total, encryption.currentKey());
    }
    return more;
  }
}
