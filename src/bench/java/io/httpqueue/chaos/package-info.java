/**
 * {@code make chaos}: faults injected under steady load, and a count of what was lost. A run is
 * repeated by its seed.
 */
@NullMarked
package io.httpqueue.chaos;

import org.jspecify.annotations.NullMarked;
