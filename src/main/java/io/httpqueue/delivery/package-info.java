/** Lanes, attempts, outcomes and retries. May use webhook, outbound, database and telemetry. */
@NullMarked
package io.httpqueue.delivery;

import org.jspecify.annotations.NullMarked;
