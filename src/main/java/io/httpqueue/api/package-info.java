/**
 * The gRPC services: validation, mapping, errors, health.
 *
 * <p>Guarantees: a push is answered OK only after the commit of its event. Every wrong field of a
 * request is named at once. Nothing internal leaves the server in an error.
 *
 * <p>Failure: while Postgres is away calls are answered UNAVAILABLE with a RetryInfo, and the
 * health service says NOT_SERVING. A push that was answered with an error, or not at all, may have
 * been accepted all the same; pushed again it is another event.
 *
 * <p>Limits: a payload has at most 1 MiB, a page about 3 MiB. There is no authentication and no TLS
 * yet.
 *
 * <p>The only user of the generated classes and of the gRPC starter. May use webhook, filter,
 * event, delivery, database and telemetry.
 */
@NullMarked
package io.httpqueue.api;

import org.jspecify.annotations.NullMarked;
