package io.httpqueue.webhook;

import io.httpqueue.signing.SigningSecret;

/** A webhook as it was registered, with the secret that is told this once. */
public record SignedWebhook(Webhook webhook, SigningSecret secret) {}
