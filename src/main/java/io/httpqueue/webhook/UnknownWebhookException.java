package io.httpqueue.webhook;

/** No webhook is registered under this id. */
public final class UnknownWebhookException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient WebhookId id;

  public UnknownWebhookException(WebhookId id) {
    super("no webhook %s is registered".formatted(id));
    this.id = id;
  }

  public WebhookId id() {
    return id;
  }
}
