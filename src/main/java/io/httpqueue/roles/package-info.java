/**
 * Which part of the work this server takes: accepting (the gRPC services), delivering (JobRunr's
 * jobs), or both.
 *
 * <p>Guarantees: a server without a role starts nothing of it. What a server without {@code worker}
 * accepts is committed, and workers are told by NOTIFY.
 *
 * <p>Limits: at least one server of a database must be a worker, or nothing is delivered and no
 * partitions are made ahead.
 *
 * <p>Uses no other package.
 */
@NullMarked
package io.httpqueue.roles;

import org.jspecify.annotations.NullMarked;
