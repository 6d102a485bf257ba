/**
 * A port for operators: liveness, readiness and, where it is wanted, metrics for Prometheus to
 * scrape. Off unless a port is set.
 *
 * <p>Guarantees: answers while the server is busy; every answer is bounded in time.
 *
 * <p>Failure: a port that is taken ends the start.
 *
 * <p>Limits: no authentication and no TLS: it is for the network of the operators alone, and tells
 * nothing but figures.
 *
 * <p>May use database, settings and telemetry.
 */
@NullMarked
package io.httpqueue.management;

import org.jspecify.annotations.NullMarked;
