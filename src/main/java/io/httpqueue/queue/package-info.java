/**
 * Has the other packages' work run by JobRunr, which spreads it over the servers: lanes, fan-outs,
 * the sweep. The only user of JobRunr. A job is only a way to get rows worked on: each can be lost,
 * and is made again from the rows by the sweep. May use event, delivery, retention, database and
 * telemetry.
 */
@NullMarked
package io.httpqueue.queue;

import org.jspecify.annotations.NullMarked;
