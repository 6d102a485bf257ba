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
 * <p>Who may call: {@link io.httpqueue.api.AccessInterceptor} finds out whose key a call has and
 * whether the role allows the method, by the table in {@link io.httpqueue.api.MethodRules}; {@link
 * io.httpqueue.api.RequestCheck} compares the namespace that the request names. A method that is
 * added needs a row in that table. A service asks {@link io.httpqueue.api.Caller#current} for what
 * is left: {@code visible} for what an id names, so that an id of another namespace is answered as
 * one that does not exist; {@code admitPush} for each event; {@code visibleHeaders} for header
 * values. It asks on the thread that the call came on, and hands the caller on to others.
 *
 * <p>Limits: a payload has at most 1 MiB, a page about 3 MiB.
 *
 * <p>The only user of the generated classes and of the gRPC starter. May use access, webhook,
 * filter, signing, event, delivery, outbound, roles, database, settings and telemetry.
 */
@NullMarked
package io.httpqueue.api;

import org.jspecify.annotations.NullMarked;
