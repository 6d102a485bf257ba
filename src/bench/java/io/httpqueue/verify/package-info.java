/**
 * Has the receivers of {@code examples/verify} check what a real server signs: {@code make
 * verify-examples}.
 */
@NullMarked
package io.httpqueue.verify;

import org.jspecify.annotations.NullMarked;
