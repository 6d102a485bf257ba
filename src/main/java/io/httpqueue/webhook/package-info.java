/** Registrations: which URL wants which events. May use signing and database. */
@NullMarked
package io.httpqueue.webhook;

import org.jspecify.annotations.NullMarked;
