/**
 * Checks every setting before anything else is done, and says in a line why a start failed. It
 * finds the settings by itself: in the records annotated with {@code @ConfigurationProperties}
 * below {@code io.httpqueue}, and in {@code application.yaml}. What a setting may be stands at the
 * record, by annotations of this package.
 *
 * <p>Guarantees: all wrong and all unknown ones are told at once, and values of secrets are not
 * shown.
 *
 * <p>Failure: the server does not start.
 *
 * <p>Limits: knows HTTPQueue's own settings, not those of the libraries ({@code jobrunr.*}, {@code
 * otel.*}).
 *
 * <p>Uses no other package. Every package that has settings uses its annotations, and nothing else
 * of it.
 */
@NullMarked
package io.httpqueue.settings;

import org.jspecify.annotations.NullMarked;
