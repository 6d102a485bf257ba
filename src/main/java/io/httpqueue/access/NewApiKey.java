package io.httpqueue.access;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A key to make.
 *
 * @param name for people, at most 200 characters; may be empty
 * @param pushesPerSecond 0 for no limit, null for the server's default
 * @param expiresIn from now; null for never
 */
public record NewApiKey(
    String name,
    Role role,
    NamespaceScope namespaces,
    @Nullable Double pushesPerSecond,
    @Nullable Duration expiresIn) {

  private static final int MAX_NAME = 200;

  public NewApiKey {
    if (name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "the name must have at most 200 characters, and no control characters");
    }
    if (pushesPerSecond != null && !(pushesPerSecond >= 0 && pushesPerSecond <= 1_000_000)) {
      throw new IllegalArgumentException("pushes per second must be 0 to 1000000");
    }
    if (expiresIn != null && !expiresIn.isPositive()) {
      throw new IllegalArgumentException("a key must be valid for a while");
    }
  }
}
