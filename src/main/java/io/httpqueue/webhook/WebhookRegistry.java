package io.httpqueue.webhook;

import io.httpqueue.database.UuidV7;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The webhooks that are registered. A change is committed when its method returns (inside a
 * transaction of the caller: with that transaction), and from then on every server matches events
 * against it. Thread-safe.
 */
@Component
public class WebhookRegistry {

  private final WebhookRepository repository;
  private final UuidV7 ids;

  WebhookRegistry(WebhookRepository repository, UuidV7 ids) {
    this.repository = repository;
    this.ids = ids;
  }

  /** Registers a webhook under a new id; {@link WebhookSecrets} gives it a secret. */
  Webhook register(WebhookDefinition webhook) {
    return repository.insert(new WebhookId(ids.next()), webhook);
  }

  /** The webhook of this id, also if it was unregistered; empty if there never was one. */
  public Optional<Webhook> find(WebhookId id) {
    return repository.find(id);
  }

  /** One page of the webhooks of a namespace, newest first. */
  public WebhookPage list(WebhookQuery query) {
    // One more than the page holds tells whether another page follows.
    List<Webhook> found = repository.page(query, query.limit() + 1);
    boolean hasMore = found.size() > query.limit();
    List<Webhook> webhooks = hasMore ? found.subList(0, query.limit()) : found;
    return new WebhookPage(webhooks, repository.count(query), hasMore);
  }

  /**
   * Takes a webhook out of use: no event matches it any more. Its row stays, so that its history
   * can be read.
   *
   * @return false if there is no such webhook, or it was taken out of use before
   */
  public boolean markDeleted(WebhookId id) {
    return repository.markDeletedIfRegistered(id);
  }

  /**
   * Takes a webhook out of use because of what its receiver did: no event matches it any more, and
   * its deliveries wait.
   *
   * @return false if there is no such webhook, or it was unregistered or disabled before
   */
  public boolean disableIfEnabled(WebhookId id, Disabled.Reason reason) {
    return repository.disableIfEnabled(id, reason);
  }
}
