/**
 * The gRPC services: validation, mapping, errors, health. The only user of the generated classes
 * and of the gRPC starter. May use webhook, event, delivery, database and telemetry.
 */
@NullMarked
package io.httpqueue.api;

import org.jspecify.annotations.NullMarked;
