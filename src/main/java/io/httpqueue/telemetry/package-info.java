/**
 * Where telemetry goes, and how it is lost calmly: a missing collector is said once, and costs
 * bounded memory. Uses no other package.
 */
@NullMarked
package io.httpqueue.telemetry;

import org.jspecify.annotations.NullMarked;
