package io.httpqueue.webhook;

import io.httpqueue.database.UuidV7;
import java.net.URI;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The webhooks that are registered. A change is committed when its method returns (inside a
 * transaction of the caller: with that transaction), and from then on every server matches events
 * against it. Thread-safe.
 */
@Component
public class WebhookRegistry {

  private final WebhookRepository repository;
  private final ClientCertificates certificates;
  private final UuidV7 ids;
  private final TransactionTemplate transaction;

  WebhookRegistry(
      WebhookRepository repository,
      ClientCertificates certificates,
      UuidV7 ids,
      TransactionTemplate transaction) {
    this.repository = repository;
    this.certificates = certificates;
    this.ids = ids;
    this.transaction = transaction;
  }

  /** Registers a webhook under a new id; {@link WebhookSecrets} gives it a secret. */
  Webhook register(WebhookDefinition webhook) {
    return repository.insert(new WebhookId(ids.next()), webhook);
  }

  /**
   * The webhook of this id, also if it was unregistered; empty if there is none, or none any more.
   */
  public Optional<Webhook> find(WebhookId id) {
    return repository.find(id);
  }

  /**
   * When each of these webhooks was last changed; those that never were registered are left out.
   */
  public Map<WebhookId, Instant> versions(Collection<WebhookId> ids) {
    return repository.versions(ids);
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
   * Changes what its owner says of a webhook. Other changes of it wait meanwhile, so that none
   * undoes this one.
   *
   * @param change from how it stands now to how it is to be; what it throws leaves all as it was
   * @throws UnknownWebhookException if it is not registered
   */
  public Webhook update(
      WebhookId id, Function<Webhook, WebhookDefinition> change, CertificateChange certificate) {
    return change(
        id,
        before -> {
          repository.update(id, change.apply(before));
          switch (certificate) {
            case CertificateChange.Keep() -> {}
            case CertificateChange.Put(ClientCertificate given) -> certificates.put(id, given);
            case CertificateChange.Remove() -> certificates.remove(id);
          }
        });
  }

  /**
   * Has its deliveries wait; it goes on matching events.
   *
   * @throws UnknownWebhookException if it is not registered
   */
  public Webhook pause(WebhookId id) {
    return change(
        id,
        before -> {
          if (before.pausedAt() == null) {
            repository.pause(id);
          }
        });
  }

  /**
   * Has its deliveries go on, after it was paused or disabled.
   *
   * @throws UnknownWebhookException if it is not registered
   */
  public Webhook resume(WebhookId id) {
    return change(
        id,
        before -> {
          if (before.pausedAt() != null || before.disabled() != null) {
            repository.resume(id);
          }
        });
  }

  /**
   * Takes a webhook out of use: no event matches it any more. Its row stays, so that its history
   * can be read.
   *
   * @return false if there is no such webhook, or it was taken out of use before
   */
  public boolean markDeleted(WebhookId id) {
    return Boolean.TRUE.equals(
        transaction.execute(
            _ -> {
              if (lock(id).isEmpty()) {
                return false;
              }
              repository.markDeleted(id);
              certificates.remove(id);
              repository.subscribe(id);
              return true;
            }));
  }

  /**
   * Takes a webhook out of use because of what its receiver did: no event matches it any more, and
   * its deliveries wait.
   *
   * @param url what its receiver did not do at another URL is nothing to it
   * @return false if there is no such webhook, it was unregistered or disabled before, or has
   *     another URL by now
   */
  public boolean disableIfEnabled(WebhookId id, URI url, Disabled.Reason reason) {
    return Boolean.TRUE.equals(
        transaction.execute(
            _ -> {
              if (lock(id)
                  .filter(webhook -> webhook.disabled() == null && webhook.url().equals(url))
                  .isEmpty()) {
                return false;
              }
              repository.disable(id, reason);
              repository.subscribe(id);
              return true;
            }));
  }

  private Webhook change(WebhookId id, Consumer<Webhook> change) {
    return transaction.execute(
        _ -> {
          change.accept(lock(id).orElseThrow(() -> new UnknownWebhookException(id)));
          repository.subscribe(id);
          return repository.find(id).orElseThrow();
        });
  }

  private Optional<Webhook> lock(WebhookId id) {
    return repository.lock(id).filter(webhook -> !webhook.isDeleted());
  }
}
