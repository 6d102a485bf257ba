/**
 * Day partitions of events, deliveries and attempts: made ahead of time, and dropped whole when
 * their time is over. Never blocks traffic: what would wait for long is left for the next run. May
 * use database and telemetry.
 */
@NullMarked
package io.httpqueue.retention;

import org.jspecify.annotations.NullMarked;
