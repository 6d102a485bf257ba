package io.httpqueue.webhook;

import io.httpqueue.database.ServerMessages;
import io.httpqueue.encryption.DecryptionException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Hands out what signs a webhook's messages, and keeps it current: a server that replaces a secret
 * tells the others, and each looks for itself every two seconds, since such a message can be lost.
 * While Postgres is away a signer goes on with what it has; a lane does so no longer than its
 * lease. Thread-safe.
 */
@Component
public class WebhookSigners implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WebhookSigners.class);
  private static final String TOPIC = "secrets";
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  /** For a change that was made before the last look and committed after it. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private final SecretRepository repository;
  private final ServerMessages messages;
  private final Map<WebhookId, Set<WebhookSigner>> open = new HashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("webhook-signers").factory());
  private long lookedAtNanos = System.nanoTime();

  WebhookSigners(SecretRepository repository, ServerMessages messages) {
    this.repository = repository;
    this.messages = messages;
    messages.subscribe(
        TOPIC,
        webhook -> Thread.startVirtualThread(() -> refresh(openFor(WebhookId.parse(webhook)))));
    var _ =
        timer.scheduleWithFixedDelay(
            this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Reads a webhook's secrets for use. Close what is returned.
   *
   * @throws DataAccessException if Postgres is away
   * @throws DecryptionException if this server has not the key that a secret is under
   */
  public WebhookSigner open(WebhookId webhook) {
    WebhookSigner signer = new WebhookSigner(webhook, repository, this::closed);
    // Known before it reads, so that no change is missed between the two.
    synchronized (open) {
      open.computeIfAbsent(webhook, _ -> new HashSet<>()).add(signer);
    }
    try {
      signer.refresh();
      return signer;
    } catch (RuntimeException e) {
      signer.close();
      throw e;
    }
  }

  private void closed(WebhookSigner signer) {
    synchronized (open) {
      open.computeIfPresent(
          signer.webhook(),
          (_, signers) -> {
            signers.remove(signer);
            return signers.isEmpty() ? null : signers;
          });
    }
  }

  /** Brings the webhook's signers up to date, here at once and on the other servers soon. */
  void changed(WebhookId webhook) {
    refresh(openFor(webhook));
    try {
      messages.publish(TOPIC, webhook.toString());
    } catch (DataAccessException e) {
      // They find it by themselves.
      log.debug("The servers were not told of a new secret: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void look() {
    Map<WebhookId, Set<WebhookSigner>> signers = new HashMap<>();
    synchronized (open) {
      open.forEach((webhook, its) -> signers.put(webhook, Set.copyOf(its)));
    }
    try {
      long now = System.nanoTime();
      if (!signers.isEmpty()) {
        Duration age = Duration.ofNanos(now - lookedAtNanos).plus(MARGIN);
        repository
            .newestSince(age, signers.keySet())
            .forEach(
                (webhook, newest) ->
                    refresh(outdated(signers.getOrDefault(webhook, Set.of()), newest)));
      }
      lookedAtNanos = now;
    } catch (DataAccessException e) {
      log.debug("New secrets are looked for again: {}", e.getMessage());
    } catch (RuntimeException e) {
      // It would end the timer.
      log.error("New secrets could not be looked for", e);
    }
  }

  private static List<WebhookSigner> outdated(Collection<WebhookSigner> signers, UUID newest) {
    return signers.stream().filter(signer -> !newest.equals(signer.newest())).toList();
  }

  private List<WebhookSigner> openFor(WebhookId webhook) {
    synchronized (open) {
      return List.copyOf(open.getOrDefault(webhook, Set.of()));
    }
  }

  private static void refresh(Collection<WebhookSigner> signers) {
    for (WebhookSigner signer : signers) {
      try {
        signer.refresh();
      } catch (DataAccessException e) {
        log.debug("The secrets of {} are read again later: {}", signer.webhook(), e.getMessage());
      } catch (DecryptionException e) {
        log.error(
            "Webhook {} is signed with its older secrets: {}", signer.webhook(), e.getMessage());
      }
    }
  }
}
