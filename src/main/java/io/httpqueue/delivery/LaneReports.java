package io.httpqueue.delivery;

import io.httpqueue.webhook.Disabled;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Tells others what a lane learns of its receiver: the lane that comes after it, and the webhook's
 * owner. Used by the lane's own thread alone.
 */
final class LaneReports {

  private static final Logger log = LoggerFactory.getLogger(LaneReports.class);

  private final LaneStart start;
  private final WebhookState webhook;
  private final LanePace pace;
  private final LaneServices services;

  LaneReports(LaneStart start, WebhookState webhook, LanePace pace, LaneServices services) {
    this.start = start;
    this.webhook = webhook;
    this.pace = pace;
    this.services = services;
  }

  /** Tells what is new. */
  void tell() {
    long now = System.nanoTime();
    if (pace.isWorthSaving(now)) {
      services.conditions().save(start, pace.condition(now));
      pace.saved();
    }
    pace.takeOpening()
        .ifPresent(failures -> services.events().webhookFailing(webhook.now(), failures));
  }

  /**
   * Disables the webhook if its receiver wants no more, or has failed for too long; returns whether
   * that is so.
   */
  boolean disableIfOver() {
    Optional<Disabled.Reason> reason = pace.disableBecause();
    reason.ifPresent(this::disable);
    return reason.isPresent();
  }

  private void disable(Disabled.Reason reason) {
    try {
      if (services.webhooks().disableIfEnabled(start.webhookId(), webhook.now().url(), reason)) {
        log.warn("Webhook {} is disabled: {}", start.webhookId(), reason);
        services.events().webhookDisabled(webhook.now(), reason.name());
      }
    } catch (DataAccessException e) {
      // The next attempt will show it once more.
      log.info("Webhook {} could not be disabled: {}", start.webhookId(), e.getMessage());
    }
  }
}
