import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Answers 204 to webhooks on PORT that WEBHOOK_KEY verifies, and 401 to all others. */
public final class Receiver {

  private static final long TOLERANCE_SECONDS = 300;

  public static void main(String[] args) throws Exception {
    String key = System.getenv("WEBHOOK_KEY");
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
    server.createContext("/", exchange -> answer(exchange, key));
    server.start();
  }

  private static void answer(HttpExchange exchange, String key) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    int status = verifies(key, body, exchange.getRequestHeaders()) ? 204 : 401;
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  static boolean verifies(String key, byte[] body, Map<String, List<String>> headers) {
    return key.startsWith("whpk_")
        ? verifiesEd25519(key, body, headers)
        : verifiesHmac(key, body, headers);
  }

  /** A secret, whsec_…: by the published library. */
  private static boolean verifiesHmac(
      String secret, byte[] body, Map<String, List<String>> headers) {
    try {
      new Webhook(secret).verify(new String(body, StandardCharsets.UTF_8), headers);
      return true;
    } catch (WebhookVerificationException e) {
      return false;
    }
  }

  /** A public key, whpk_…: by the JDK, as the published library knows no v1a. */
  private static boolean verifiesEd25519(
      String publicKey, byte[] body, Map<String, List<String>> headers) {
    try {
      String id = headers.get("Webhook-id").getFirst();
      String timestamp = headers.get("Webhook-timestamp").getFirst();
      long age = System.currentTimeMillis() / 1000 - Long.parseLong(timestamp);
      if (Math.abs(age) > TOLERANCE_SECONDS) {
        return false;
      }
      ByteArrayOutputStream signed = new ByteArrayOutputStream();
      signed.writeBytes((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      signed.writeBytes(body);
      for (String one : headers.get("Webhook-signature").getFirst().split(" ")) {
        if (one.startsWith("v1a,") && isBy(parse(publicKey), signed.toByteArray(), one)) {
          return true;
        }
      }
      return false;
    } catch (NullPointerException | IllegalArgumentException | GeneralSecurityException e) {
      return false; // a header is missing, or not what it should be
    }
  }

  private static boolean isBy(PublicKey key, byte[] signed, String signature)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(key);
    verifier.update(signed);
    return verifier.verify(Base64.getDecoder().decode(signature.substring("v1a,".length())));
  }

  /** Java reads keys in X.509's form (RFC 8410): the same bytes before every Ed25519 key. */
  private static PublicKey parse(String publicKey) throws GeneralSecurityException {
    byte[] head = HexFormat.of().parseHex("302a300506032b6570032100");
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encoded.writeBytes(head);
    encoded.writeBytes(Base64.getDecoder().decode(publicKey.substring("whpk_".length())));
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));
  }
}
