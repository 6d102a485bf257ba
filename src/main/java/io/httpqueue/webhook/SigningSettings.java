package io.httpqueue.webhook;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How webhooks' secrets are replaced.
 *
 * @param overlap how long the secret before goes on signing
 */
@ConfigurationProperties("httpqueue.signing")
record SigningSettings(@DurationMin(seconds = 0) @DurationMax(days = 30) Duration overlap) {}
