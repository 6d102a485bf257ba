package io.httpqueue.signing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;

/** The value of {@code webhook-signature}. Source: Standard Webhooks 1.0. */
public final class WebhookSignature {

  private WebhookSignature() {}

  /**
   * Signs with each of the secrets, so that a receiver that holds one of them can verify.
   *
   * @param secrets at least one; several while a secret is rotated, the newest first
   * @param messageId the value of {@code webhook-id}; has no dot
   * @param timestamp seconds since 1970, the value of {@code webhook-timestamp}
   * @param body as it is sent
   * @return the signatures separated by spaces
   */
  public static String of(
      List<SigningSecret> secrets, String messageId, long timestamp, byte[] body) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("no secret to sign with");
    }
    if (messageId.indexOf('.') >= 0) {
      throw new IllegalArgumentException("the message id has a dot: " + messageId);
    }
    StringJoiner signatures = new StringJoiner(" ");
    for (SigningSecret secret : secrets) {
      signatures.add(secret.sign(messageId, timestamp, body));
    }
    return signatures.toString();
  }

  /** What is signed before the body. */
  static byte[] prefix(String messageId, long timestamp) {
    return (messageId + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
  }
}
