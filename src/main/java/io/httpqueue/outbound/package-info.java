/** The only HTTP client. */
@NullMarked
package io.httpqueue.outbound;

import org.jspecify.annotations.NullMarked;
