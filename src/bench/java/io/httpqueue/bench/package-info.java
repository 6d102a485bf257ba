/**
 * {@code make bench}: what HTTPQueue delivers, what it costs, and how near that is to the floor.
 */
@NullMarked
package io.httpqueue.bench;

import org.jspecify.annotations.NullMarked;
