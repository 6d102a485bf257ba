package io.httpqueue.delivery;

import io.httpqueue.database.HistoryLock;
import io.httpqueue.delivery.ControlResult.Done;
import io.httpqueue.delivery.ControlResult.Missing;
import io.httpqueue.delivery.ControlResult.Refused;
import io.httpqueue.delivery.DeliveryControlRepository.Current;
import io.httpqueue.webhook.WebhookId;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tries single deliveries again, or ends them, at somebody's wish. A change is committed before its
 * lane is told; a lane that does not hear of it finds what is due within seconds. Thread-safe.
 */
@Component
public class DeliveryControl {

  private final DeliveryControlRepository repository;
  private final DeliveryLimits limits;
  private final LaneWaker waker;
  private final DeliveryStats stats;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  DeliveryControl(
      DeliveryControlRepository repository,
      DeliveryLimits limits,
      LaneWaker waker,
      DeliveryStats stats,
      JdbcClient jdbc,
      TransactionTemplate transaction) {
    this.repository = repository;
    this.limits = limits;
    this.waker = waker;
    this.stats = stats;
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  /**
   * Makes a delivery due now. One that had ended without success may use as many attempts as a new
   * one, and lives as long again as its event did.
   */
  public ControlResult retry(DeliveryId id) {
    Retried retried = transaction.execute(_ -> retryInTransaction(id));
    retried.current().ifPresent(current -> waker.wakeForRetry(current.webhook()));
    return retried.result();
  }

  /**
   * @param current there if its lane has something to do
   */
  private record Retried(ControlResult result, Optional<Current> current) {

    static Retried refused(String reason) {
      return new Retried(new Refused(reason), Optional.empty());
    }
  }

  private Retried retryInTransaction(DeliveryId id) {
    HistoryLock.hold(jdbc);
    Optional<Current> found = repository.lock(id);
    if (found.isEmpty()) {
      return new Retried(new Missing(), Optional.empty());
    }
    Current current = found.get();
    if (current.status() == DeliveryStatus.SUCCESS) {
      return Retried.refused(
          "the receiver has taken this delivery already; a replay sends it again");
    }
    if (!current.status().isEnd()) {
      repository.bringForward(id);
      return new Retried(new Done(), found);
    }
    if (current.unregistered()) {
      return Retried.refused("the webhook of this delivery was unregistered");
    }
    return repository.reopen(id, limits.maxAttempts())
        ? new Retried(new Done(), found)
        : Retried.refused("the event of this delivery is not kept any more");
  }

  /**
   * Ends a delivery, or the wait of others for one that FAILED. An attempt that is under way goes
   * on, and if it arrives that is recorded.
   */
  public ControlResult cancel(DeliveryId id) {
    Optional<Current> cancelled =
        transaction.execute(_ -> repository.lock(id).filter(_ -> repository.cancelIfInTheWay(id)));
    if (cancelled.isEmpty()) {
      return repository.status(id).map(DeliveryControl::notCancelled).orElseGet(Missing::new);
    }
    WebhookId webhook = cancelled.get().webhook();
    stats.failed(webhook, cancelled.get().status().isEnd() ? 0 : 1);
    waker.tellCancelled(webhook, id);
    if (cancelled.get().inOrder()) {
      waker.wakeForRetry(webhook);
    }
    return new Done();
  }

  private static ControlResult notCancelled(DeliveryStatus status) {
    return status == DeliveryStatus.CANCELLED
        ? new Done()
        : new Refused("this delivery has ended already: it is %s".formatted(status));
  }
}
