package io.httpqueue.access;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a key that was let in; never the key itself.
 *
 * @param name for people; may be empty
 * @param pushesPerSecond events that may be pushed in a second, on each server; 0 for no limit,
 *     null for the server's default
 */
public record ApiKey(
    ApiKeyId id,
    String name,
    Role role,
    NamespaceScope namespaces,
    @Nullable Double pushesPerSecond) {}
