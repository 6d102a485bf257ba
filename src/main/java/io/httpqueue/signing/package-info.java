/** Signatures by Standard Webhooks 1.0 and the secrets they are made with; pure functions. */
@NullMarked
package io.httpqueue.signing;

import org.jspecify.annotations.NullMarked;
