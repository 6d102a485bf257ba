/**
 * Filters: conditions in CEL that an event has to meet.
 *
 * <p>Guarantees: whether an event meets a filter depends on the two alone, never on time, load or
 * server. An evaluation ends after a bounded amount of work and allocates a bounded amount of
 * memory, whatever filter and payload are; regular expressions are RE2's, which cannot blow up.
 *
 * <p>Failure: a filter that does not compile is refused with a position. An evaluation never
 * throws; one that fails, or would cost too much, says so.
 *
 * <p>Limits: stand in {@code EventFilter} and {@code EvaluationBudget}.
 *
 * <p>The only user of the CEL library. Stands alone.
 */
@NullMarked
package io.httpqueue.filter;

import org.jspecify.annotations.NullMarked;
