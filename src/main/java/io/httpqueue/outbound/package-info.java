/**
 * Sends one HTTP request and tells how it ended; the only HTTP client.
 *
 * <p>Guarantees: one deadline bounds the whole attempt, look-up and body included. A request is
 * never repeated and a redirect never followed. Headers and body go out as they were given.
 *
 * <p>Failure: every way in which a receiver or the network can fail is a {@code SendResult}, not an
 * exception; its message holds no payload, header value or secret. Whether a request without an
 * answer arrived is not known.
 *
 * <p>Limits: HTTP/1.1; connections are bounded, together and for each receiver; 64 KiB of an answer
 * are read and 4 KiB kept.
 *
 * <p>May use signing, settings and telemetry.
 */
@NullMarked
package io.httpqueue.outbound;

import org.jspecify.annotations.NullMarked;
