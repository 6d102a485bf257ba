package io.httpqueue.api;

/**
 * What is wrong with one field of a request.
 *
 * @param field its name in the proto, such as {@code events[2]}
 * @param description the value where it may be shown, and what is allowed
 */
record FieldViolation(String field, String description) {}
