package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookId;

/**
 * A lane to be started.
 *
 * @param epoch of the wake that asked for it; the lane runs only while this is still the lane's
 *     epoch
 */
public record LaneStart(WebhookId webhookId, long epoch) {}
