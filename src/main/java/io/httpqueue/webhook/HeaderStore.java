package io.httpqueue.webhook;

import io.httpqueue.encryption.AssociatedData;
import io.httpqueue.encryption.Encryption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A webhook's headers as they stand in {@code webhook}: encrypted in {@code headers_encrypted}, or
 * plain in {@code headers} where there are none, or where an older server wrote them. The other
 * column is null. Thread-safe.
 */
@Component
class HeaderStore {

  private static final TypeReference<LinkedHashMap<String, String>> HEADERS =
      new TypeReference<>() {};

  private final Encryption encryption;
  private final JsonMapper json = JsonMapper.builder().build();

  HeaderStore(Encryption encryption) {
    this.encryption = encryption;
  }

  /** What goes into {@code headers}. */
  @Nullable String plain(Map<String, String> headers) {
    return headers.isEmpty() ? "{}" : null;
  }

  /** What goes into {@code headers_encrypted}. */
  byte @Nullable [] encrypted(WebhookId webhook, Map<String, String> headers) {
    return headers.isEmpty()
        ? null
        : encryption.encrypt(place(webhook), json.writeValueAsBytes(headers));
  }

  /** Reads both columns. */
  Map<String, String> read(WebhookId webhook, ResultSet row) throws SQLException {
    byte[] encrypted = row.getBytes("headers_encrypted");
    return encrypted == null
        ? parse(row.getString("headers"))
        : json.readValue(encryption.decrypt(place(webhook), encrypted), HEADERS);
  }

  Map<String, String> parse(String plain) {
    return json.readValue(plain, HEADERS);
  }

  private static AssociatedData place(WebhookId webhook) {
    return AssociatedData.of("webhook", "headers_encrypted", webhook.value());
  }
}
