package io.httpqueue.testing;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies as a receiver does, written from the text of Standard Webhooks 1.0 and not from our
 * signing code.
 */
public final class SignatureVerifier {

  private SignatureVerifier() {}

  /**
   * Whether one of the signatures is by the key.
   *
   * @param key {@code whsec_…} or {@code whpk_…}
   * @param header the value of {@code webhook-signature}
   */
  public static boolean verifies(
      String key, String header, String id, String timestamp, byte[] body) {
    byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
    byte[] signed = new byte[head.length + body.length];
    System.arraycopy(head, 0, signed, 0, head.length);
    System.arraycopy(body, 0, signed, head.length, body.length);
    return key.startsWith("whsec_")
        ? anyOf(header, "v1,", signature -> hmac(bytes(key, "whsec_"), signed, signature))
        : anyOf(header, "v1a,", signature -> ed25519(bytes(key, "whpk_"), signed, signature));
  }

  private static byte[] bytes(String key, String prefix) {
    return Base64.getDecoder().decode(key.substring(prefix.length()));
  }

  private static boolean anyOf(String header, String version, Predicate<byte[]> verifies) {
    for (String signature : header.split(" ", -1)) {
      if (signature.startsWith(version)
          && verifies.test(Base64.getDecoder().decode(signature.substring(version.length())))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hmac(byte[] key, byte[] signed, byte[] signature) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return MessageDigest.isEqual(mac.doFinal(signed), signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean ed25519(byte[] key, byte[] signed, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(
          KeyFactory.getInstance("Ed25519")
              .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point(key))));
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  // RFC 8032: little-endian y, and the lowest bit of x on top.
  private static EdECPoint point(byte[] key) {
    byte[] bigEndian = new byte[key.length];
    for (int i = 0; i < key.length; i++) {
      bigEndian[i] = key[key.length - 1 - i];
    }
    boolean xOdd = (bigEndian[0] & 0x80) != 0;
    bigEndian[0] &= 0x7f;
    return new EdECPoint(xOdd, new BigInteger(1, bigEndian));
  }
}
