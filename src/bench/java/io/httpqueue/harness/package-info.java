/**
 * What {@code make bench} and {@code make chaos} stand on: a Postgres, servers, a load generator
 * and a receiver, each in a process of its own, and the ledger that compares what was accepted with
 * what arrived. Needs Linux ({@code /proc}). Not part of the product.
 */
@NullMarked
package io.httpqueue.harness;

import org.jspecify.annotations.NullMarked;
