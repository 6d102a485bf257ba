/**
 * The command {@code check}: what an operator wants to know before a server is started. It changes
 * nothing in the database.
 *
 * <p>Guarantees: all findings at once, one a line; the exit code is 1 if one of them keeps a server
 * from working.
 *
 * <p>Failure: settings that are wrong are told as at a start, and nothing else is looked at.
 * Without Postgres what needs it is left out.
 *
 * <p>Limits: with the embedded Postgres it starts that, and cannot run beside a server that uses
 * it.
 *
 * <p>May use database and retention.
 */
@NullMarked
package io.httpqueue.check;

import org.jspecify.annotations.NullMarked;
