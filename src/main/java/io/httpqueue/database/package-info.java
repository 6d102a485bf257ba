/** Data source, embedded Postgres, ids, the batch writer, the clock. */
@NullMarked
package io.httpqueue.database;

import org.jspecify.annotations.NullMarked;
