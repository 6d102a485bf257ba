/**
 * What the jar does beside being a server: {@code migrate}, {@code check}, {@code keys create}.
 * Each command is a class, listed in {@link io.httpqueue.command.Commands}.
 *
 * <p>Guarantees: a command that is called wrongly says so, with how it is called, and ends with 2.
 *
 * <p>Failure: what goes wrong is told in a line, and the process ends with 1.
 *
 * <p>May use access, database, encryption and retention.
 */
@NullMarked
package io.httpqueue.command;

import org.jspecify.annotations.NullMarked;
