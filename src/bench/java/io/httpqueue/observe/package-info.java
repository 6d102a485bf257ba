/**
 * {@code make obs-check}: whether every expression of every dashboard and alert finds data on a
 * server under load, with a Prometheus of our own.
 */
@NullMarked
package io.httpqueue.observe;

import org.jspecify.annotations.NullMarked;
