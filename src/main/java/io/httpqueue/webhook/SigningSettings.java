package io.httpqueue.webhook;

import io.httpqueue.settings.Range;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How webhooks' secrets are replaced.
 *
 * @param overlap how long the secret before goes on signing
 */
@ConfigurationProperties("httpqueue.signing")
record SigningSettings(@Range(from = "0s", to = "30d") Duration overlap) {}
