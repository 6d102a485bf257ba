package io.httpqueue.encryption;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What values are encrypted with.
 *
 * @param keys null: none were given
 */
@ConfigurationProperties("httpqueue.encryption")
record EncryptionSettings(@Nullable KeyRing keys) {}
