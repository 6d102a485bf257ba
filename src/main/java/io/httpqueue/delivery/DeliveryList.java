package io.httpqueue.delivery;

import io.httpqueue.database.UuidV7;
import io.httpqueue.delivery.DeliveryListRepository.Walk;
import io.httpqueue.delivery.DeliveryListRepository.Walked;
import io.httpqueue.webhook.WebhookId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Lists the deliveries of a namespace. A call looks at a bounded number of rows, so that a filter
 * which hardly any delivery meets costs many short pages rather than one long call. No index serves
 * this alone: a delivery is written far more often than lists are read. Thread-safe.
 */
@Component
public class DeliveryList {

  /** Greater than every UUIDv7. */
  private static final UUID ABOVE_ALL = new UUID(-1, -1);

  private static final UUID BELOW_ALL = new UUID(0, 0);

  private static final int ROWS_PER_WALK = 5_000;
  private static final int WALKS_PER_PAGE = 4;
  private static final int LEAST_ROWS_OF_A_WEBHOOK = 20;

  private final DeliveryListRepository repository;
  private final DeliveryHistoryRepository history;

  DeliveryList(DeliveryListRepository repository, DeliveryHistoryRepository history) {
    this.repository = repository;
    this.history = history;
  }

  /**
   * One page, newest first.
   *
   * @param limit at most so many deliveries, 1 or more
   * @param before only deliveries older than this one; null for the first page
   */
  public DeliveryListPage page(DeliveryFilter filter, int limit, @Nullable DeliveryId before) {
    List<DeliveryId> found = new ArrayList<>();
    UUID from = filter.createdFrom() == null ? BELOW_ALL : UuidV7.floor(filter.createdFrom());
    @Nullable UUID below = before == null ? top(filter) : before.value();
    @Nullable List<WebhookId> webhooks = webhooks(filter);
    if (webhooks != null && webhooks.isEmpty()) {
      return new DeliveryListPage(List.of(), null);
    }
    for (int i = 0; i < WALKS_PER_PAGE && below != null && found.size() < limit; i++) {
      Walked walked =
          repository.walk(
              new Walk(filter, webhooks, from, below, rows(webhooks)), limit - found.size());
      found.addAll(walked.matches());
      below = walked.next();
    }
    return new DeliveryListPage(history.find(found), below == null ? null : new DeliveryId(below));
  }

  private static UUID top(DeliveryFilter filter) {
    return filter.createdBefore() == null ? ABOVE_ALL : UuidV7.floor(filter.createdBefore());
  }

  private @Nullable List<WebhookId> webhooks(DeliveryFilter filter) {
    if (filter.eventId() != null) {
      return null;
    }
    return filter.webhook() == null
        ? repository.webhooksOf(filter.namespace())
        : List.of(filter.webhook());
  }

  private static int rows(@Nullable List<WebhookId> webhooks) {
    return webhooks == null
        ? ROWS_PER_WALK
        : Math.max(LEAST_ROWS_OF_A_WEBHOOK, ROWS_PER_WALK / webhooks.size());
  }
}
