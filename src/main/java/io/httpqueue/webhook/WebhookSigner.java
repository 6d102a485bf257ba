package io.httpqueue.webhook;

import io.httpqueue.signing.SigningSecret;
import io.httpqueue.signing.WebhookSignature;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Signs for one webhook, with the secrets that it has at the time, as long as it is open. Asks
 * nobody for that: {@link WebhookSigners} keeps it current. Thread-safe.
 */
public final class WebhookSigner implements AutoCloseable {

  private final WebhookId webhook;
  private final SecretRepository repository;
  private final Consumer<WebhookSigner> onClose;
  private volatile List<LiveSecret> secrets = List.of();

  WebhookSigner(WebhookId webhook, SecretRepository repository, Consumer<WebhookSigner> onClose) {
    this.webhook = webhook;
    this.repository = repository;
    this.onClose = onClose;
  }

  /**
   * Signs one message with every secret that has not expired, the newest first.
   *
   * @param messageId the value of {@code webhook-id}; has no dot
   * @param timestamp seconds since 1970, the value of {@code webhook-timestamp}
   * @param body as it is sent
   * @return the value of {@code webhook-signature}; empty for a webhook that has no secret, having
   *     been registered before there were any
   */
  public Optional<String> sign(String messageId, long timestamp, byte[] body) {
    List<SigningSecret> live =
        secrets.stream().filter(LiveSecret::signs).map(LiveSecret::secret).toList();
    return live.isEmpty()
        ? Optional.empty()
        : Optional.of(WebhookSignature.of(live, messageId, timestamp, body));
  }

  WebhookId webhook() {
    return webhook;
  }

  /** The newest of its secrets; null where it has none. */
  @Nullable UUID newest() {
    List<LiveSecret> known = secrets;
    return known.isEmpty() ? null : known.getFirst().id();
  }

  // One at a time, so that what was read last is what stays.
  synchronized void refresh() {
    secrets = repository.live(webhook);
  }

  @Override
  public void close() {
    onClose.accept(this);
  }
}
