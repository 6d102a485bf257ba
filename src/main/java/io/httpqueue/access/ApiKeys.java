package io.httpqueue.access;

import io.httpqueue.database.ServerMessages;
import io.httpqueue.database.UuidV7;
import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/** Makes, lists and revokes API keys. Each change is committed when its method returns. */
@Component
public class ApiKeys {

  /** Tells every server that a key was revoked. */
  static final String REVOKED_TOPIC = "api-key-revoked";

  private final ApiKeyRepository repository;
  private final ServerMessages messages;
  private final UuidV7 ids;
  private final RandomGenerator random;

  ApiKeys(
      ApiKeyRepository repository, ServerMessages messages, UuidV7 ids, RandomGenerator random) {
    this.repository = repository;
    this.messages = messages;
    this.ids = ids;
    this.random = random;
  }

  /** Makes a key, which every server knows at once. */
  public CreatedKey create(NewApiKey key) {
    ApiKeyId id = new ApiKeyId(ids.next());
    String text = KeyText.next(random);
    repository.insert(id, KeyHash.of(text), key);
    return new CreatedKey(id, text);
  }

  /** All keys, the oldest first, those that cannot be used any more included. */
  public List<KeyRecord> list() {
    return repository.list();
  }

  /** Whether anybody could be let in. */
  public boolean existsUsable() {
    return repository.existsUsable();
  }

  /**
   * Ends a key for good. Every server refuses it within seconds. Doing it again changes nothing.
   *
   * @return false if there is no such key
   */
  public boolean revoke(ApiKeyId id) {
    boolean exists = repository.revoke(id);
    if (exists) {
      messages.publish(REVOKED_TOPIC, id.toString());
    }
    return exists;
  }
}
