package io.httpqueue.api;

import io.httpqueue.api.v1.HeadFailure;
import io.httpqueue.api.v1.Ordering;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RegisteredWebhook;
import io.httpqueue.api.v1.RetryPolicy;
import io.httpqueue.delivery.BreakerState;
import io.httpqueue.delivery.DeliveryLimits;
import io.httpqueue.delivery.PolicyInForce;
import io.httpqueue.delivery.ReceiverHealth;
import io.httpqueue.webhook.DeliveryPolicy;
import io.httpqueue.webhook.Disabled;
import io.httpqueue.webhook.PublicSigning;
import io.httpqueue.webhook.RateLimit;
import io.httpqueue.webhook.RetryOverrides;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookDefinition;
import io.httpqueue.webhook.WebhookId;
import io.httpqueue.webhook.WebhookSecrets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Webhooks as they are told to clients. Thread-safe. */
@Component
class WebhookMessages {

  private final DeliveryLimits limits;
  private final ReceiverHealth health;
  private final WebhookSecrets secrets;

  WebhookMessages(DeliveryLimits limits, ReceiverHealth health, WebhookSecrets secrets) {
    this.limits = limits;
    this.health = health;
    this.secrets = secrets;
  }

  /** The webhook as in force: where it says nothing, with the server's defaults. */
  RegisteredWebhook of(Webhook webhook) {
    return of(List.of(webhook)).getFirst();
  }

  /** Webhooks as in force, in their order. */
  List<RegisteredWebhook> of(List<Webhook> webhooks) {
    List<WebhookId> ids = webhooks.stream().map(Webhook::id).toList();
    Map<WebhookId, BreakerState> breakers = health.breakers(ids);
    Map<WebhookId, PublicSigning> signing = secrets.describe(ids);
    return webhooks.stream()
        .map(
            webhook ->
                message(
                    webhook,
                    Objects.requireNonNull(breakers.get(webhook.id())),
                    signing.getOrDefault(webhook.id(), PublicSigning.NONE)))
        .toList();
  }

  private RegisteredWebhook message(Webhook webhook, BreakerState breaker, PublicSigning signing) {
    RegisteredWebhook.Builder message =
        RegisteredWebhook.newBuilder()
            .setWebhookId(webhook.id().toString())
            .setNamespace(webhook.namespace())
            .addAllEvents(webhook.eventPatterns())
            .setUrl(webhook.url().toString())
            .putAllHeaders(Caller.current().visibleHeaders(webhook.headers()))
            .setTimeout(seconds(webhook.timeout()))
            .setActive(webhook.active())
            .setDescription(webhook.definition().description())
            .setCreatedAt(webhook.createdAt().getEpochSecond())
            .setUpdatedAt(webhook.updatedAt().getEpochSecond())
            .setFilter(orEmpty(webhook.definition().filter()))
            .putAllLabels(webhook.definition().labels())
            .setPaused(webhook.pausedAt() != null)
            .setBreaker(breaker(breaker))
            .setSigningScheme(SigningRules.message(signing.scheme()))
            .addAllPublicKeys(signing.publicKeys());
    if (webhook.clientCertificateExpiresAt() != null) {
      message.setClientCertificateExpiresAt(webhook.clientCertificateExpiresAt().getEpochSecond());
    }
    setPolicy(message, webhook.policy());
    Disabled disabled = webhook.disabled();
    if (disabled != null) {
      message.setDisabledReason(disabled.reason().name().toLowerCase(Locale.ROOT));
      message.setDisabledAt(disabled.at().getEpochSecond());
    }
    if (webhook.deletedAt() != null) {
      message.setUnregisteredAt(webhook.deletedAt().getEpochSecond());
    }
    return message.build();
  }

  private void setPolicy(RegisteredWebhook.Builder message, DeliveryPolicy policy) {
    PolicyInForce inForce = limits.inForce(policy);
    message
        .setRetryPolicy(
            RetryPolicy.newBuilder()
                .setMaxAttempts(inForce.maxAttempts())
                .setFirstDelayMs(inForce.firstDelay().toMillis())
                .setFactor(inForce.factor())
                .setMaxDelayMs(inForce.maxDelay().toMillis()))
        .setMaxInFlight(inForce.maxInFlight())
        .setOrdering(ordering(policy.ordering()))
        .setWhenHeadFails(headFailure(policy.whenHeadFails()));
    RateLimit rate = policy.rateLimit();
    if (rate != null) {
      message.setRateLimitPerSecond(rate.perSecond()).setRateLimitBurst(rate.burst());
    }
  }

  /** The request that registers a webhook as this one is defined; what is a default is not set. */
  static RegisterWebhookRequest request(WebhookDefinition webhook) {
    DeliveryPolicy policy = webhook.policy();
    RateLimit rate = policy.rateLimit();
    RegisterWebhookRequest.Builder request =
        RegisterWebhookRequest.newBuilder()
            .setNamespace(webhook.namespace())
            .addAllEvents(webhook.eventPatterns())
            .setUrl(webhook.url().toString())
            .putAllHeaders(webhook.headers())
            .setTimeout(seconds(webhook.timeout()))
            .setActive(webhook.active())
            .setDescription(webhook.description())
            .setRetryPolicy(retryPolicy(policy.retry()))
            .setMaxInFlight(orZero(policy.maxInFlight()))
            .setOrdering(ordering(policy.ordering()))
            .setWhenHeadFails(headFailure(policy.whenHeadFails()))
            .setFilter(orEmpty(webhook.filter()))
            .putAllLabels(webhook.labels());
    if (rate != null) {
      request.setRateLimitPerSecond(rate.perSecond()).setRateLimitBurst(orZero(rate.givenBurst()));
    }
    return request.build();
  }

  private static RetryPolicy retryPolicy(RetryOverrides retry) {
    Double factor = retry.factor();
    return RetryPolicy.newBuilder()
        .setMaxAttempts(orZero(retry.maxAttempts()))
        .setFirstDelayMs(millisOrZero(retry.firstDelay()))
        .setFactor(factor == null ? 0 : factor)
        .setMaxDelayMs(millisOrZero(retry.maxDelay()))
        .build();
  }

  private static Ordering ordering(io.httpqueue.webhook.Ordering ordering) {
    return switch (ordering) {
      case NONE -> Ordering.ORDERING_NONE;
      case BY_KEY -> Ordering.ORDERING_BY_KEY;
      case WHOLE_WEBHOOK -> Ordering.ORDERING_WHOLE_WEBHOOK;
    };
  }

  private static HeadFailure headFailure(io.httpqueue.webhook.HeadFailure headFailure) {
    return switch (headFailure) {
      case SKIP -> HeadFailure.HEAD_FAILURE_SKIP;
      case BLOCK -> HeadFailure.HEAD_FAILURE_BLOCK;
    };
  }

  private static io.httpqueue.api.v1.BreakerState breaker(BreakerState breaker) {
    return switch (breaker) {
      case CLOSED -> io.httpqueue.api.v1.BreakerState.BREAKER_STATE_CLOSED;
      case OPEN -> io.httpqueue.api.v1.BreakerState.BREAKER_STATE_OPEN;
      case HALF_OPEN -> io.httpqueue.api.v1.BreakerState.BREAKER_STATE_HALF_OPEN;
    };
  }

  private static int seconds(Duration duration) {
    return Math.toIntExact(duration.toSeconds());
  }

  private static long millisOrZero(@Nullable Duration duration) {
    return duration == null ? 0 : duration.toMillis();
  }

  private static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
