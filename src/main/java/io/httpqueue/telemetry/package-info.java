/**
 * Where telemetry goes, and how it is lost calmly.
 *
 * <p>Guarantees: nothing waits for a collector; a missing one costs bounded memory.
 *
 * <p>Failure: what cannot be sent is dropped, and said once rather than each time.
 *
 * <p>Limits: labels have few values each; namespaces beyond the first hundred share one.
 *
 * <p>May use settings.
 */
@NullMarked
package io.httpqueue.telemetry;

import org.jspecify.annotations.NullMarked;
