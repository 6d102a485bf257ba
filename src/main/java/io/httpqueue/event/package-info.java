/**
 * Accepting events, and making their deliveries. May use webhook, delivery, database and telemetry.
 */
@NullMarked
package io.httpqueue.event;

import org.jspecify.annotations.NullMarked;
