package io.httpqueue.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys: the first encrypts, all decrypt. Immutable; its text form holds names only. */
public final class KeyRing {

  /** Written down here, and so no secret. */
  private static final EncryptionKey DEVELOPMENT =
      EncryptionKey.of("development", "httpqueue-development-only-key-1".getBytes(US_ASCII));

  private final List<EncryptionKey> keys;

  private KeyRing(List<EncryptionKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads {@code name:key,name:key}; Spring binds the setting through this method.
   *
   * @return null if the text is blank: no keys
   * @throws IllegalArgumentException if it has another form; the message holds no key
   */
  public static @Nullable KeyRing from(String text) {
    if (text.isBlank()) {
      return null;
    }
    List<EncryptionKey> keys = new ArrayList<>();
    for (String entry : text.split(",", -1)) {
      EncryptionKey key = EncryptionKey.parse(entry.strip(), keys.size() + 1);
      if (keys.stream().anyMatch(other -> other.name().equals(key.name()))) {
        throw new IllegalArgumentException("has two keys of the name " + key.name());
      }
      keys.add(key);
    }
    return new KeyRing(keys);
  }

  /** A fixed key that everybody knows, for development without keys. */
  public static KeyRing development() {
    return new KeyRing(List.of(DEVELOPMENT));
  }

  /** This ring, which also decrypts what was encrypted in development without keys. */
  KeyRing withDevelopment() {
    if (names().contains(DEVELOPMENT.name())) {
      return this;
    }
    List<EncryptionKey> more = new ArrayList<>(keys);
    more.add(DEVELOPMENT);
    return new KeyRing(more);
  }

  /** Whether it would encrypt with the key that everybody knows. */
  boolean encryptsForDevelopmentOnly() {
    return isKnownToAll(current());
  }

  /**
   * The key that vouches for who encrypted something, if it is in the ring: not the one that
   * everybody knows, but where that is the first.
   */
  Optional<EncryptionKey> findTrusted(String name) {
    return find(name).filter(key -> encryptsForDevelopmentOnly() || !isKnownToAll(key));
  }

  private static boolean isKnownToAll(EncryptionKey key) {
    return key.key().equals(DEVELOPMENT.key());
  }

  /** What encrypts. */
  EncryptionKey current() {
    return keys.getFirst();
  }

  Optional<EncryptionKey> find(String name) {
    return keys.stream().filter(key -> key.name().equals(name)).findFirst();
  }

  Set<String> names() {
    return keys.stream().map(EncryptionKey::name).collect(Collectors.toSet());
  }

  @Override
  public String toString() {
    return keys.toString();
  }
}
