/**
 * Checks every setting before anything else is done, all wrong ones at once, and says why a start
 * failed in a line. It finds the settings by itself: in the records annotated with
 * {@code @ConfigurationProperties} below {@code io.httpqueue}, and in {@code application.yaml}.
 * Uses no other package.
 */
@NullMarked
package io.httpqueue.settings;

import org.jspecify.annotations.NullMarked;
