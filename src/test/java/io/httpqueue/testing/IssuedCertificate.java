package io.httpqueue.testing;

import static io.httpqueue.testing.Der.bitString;
import static io.httpqueue.testing.Der.explicit;
import static io.httpqueue.testing.Der.integer;
import static io.httpqueue.testing.Der.octetString;
import static io.httpqueue.testing.Der.oid;
import static io.httpqueue.testing.Der.sequence;
import static io.httpqueue.testing.Der.set;
import static io.httpqueue.testing.Der.time;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A fresh certificate with its key (RFC 5280), made here: the JDK makes them by a program alone,
 * which takes a second for each.
 *
 * @param chain the certificate, then those of its issuers
 */
public record IssuedCertificate(List<X509Certificate> chain, PrivateKey key) {

  private static final char[] PASSWORD = {};

  /**
   * What stands in a certificate.
   *
   * @param algorithm EC or RSA
   * @param names as {@code ip:127.0.0.1} or {@code dns:receiver.example}, separated by commas
   */
  public record Wish(
      String subject, String algorithm, Instant from, Instant until, String names, boolean issuer) {

    /** Good for a day. */
    public static Wish of(String subject) {
      Instant now = Instant.now();
      return new Wish(
          subject, "EC", now.minusSeconds(3600), now.plus(Duration.ofDays(1)), "", false);
    }

    public Wish withAlgorithm(String other) {
      return new Wish(subject, other, from, until, names, issuer);
    }

    public Wish between(Instant first, Instant last) {
      return new Wish(subject, algorithm, first, last, names, issuer);
    }

    public Wish withNames(String some) {
      return new Wish(subject, algorithm, from, until, some, issuer);
    }

    public Wish thatIssues() {
      return new Wish(subject, algorithm, from, until, names, true);
    }
  }

  public static IssuedCertificate selfSigned(Wish wish) {
    return issued(wish, null);
  }

  public IssuedCertificate issue(Wish wish) {
    return issued(wish, this);
  }

  private static IssuedCertificate issued(Wish wish, @Nullable IssuedCertificate by) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(wish.algorithm());
      generator.initialize(wish.algorithm().equals("RSA") ? 2048 : 256);
      KeyPair keys = generator.generateKeyPair();
      byte[] certificate =
          certificate(wish, keys, by == null ? keys.getPrivate() : by.key(), issuer(wish, by));
      List<X509Certificate> chain = new ArrayList<>();
      chain.add(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(certificate)));
      if (by != null) {
        chain.addAll(by.chain());
      }
      return new IssuedCertificate(List.copyOf(chain), keys.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] issuer(Wish wish, @Nullable IssuedCertificate by) {
    return by == null
        ? name(wish.subject())
        : by.chain().getFirst().getSubjectX500Principal().getEncoded();
  }

  private static byte[] certificate(Wish wish, KeyPair keys, PrivateKey signer, byte[] issuer)
      throws GeneralSecurityException {
    boolean rsa = signer.getAlgorithm().equals("RSA");
    byte[] algorithm =
        rsa
            ? sequence(oid("1.2.840.113549.1.1.11"), Der.NULL)
            : sequence(oid("1.2.840.10045.4.3.2"));
    byte[] content =
        sequence(
            explicit(0, integer(BigInteger.TWO)),
            integer(new BigInteger(64, new SecureRandom()).setBit(1)),
            algorithm,
            issuer,
            sequence(time(wish.from()), time(wish.until())),
            name(wish.subject()),
            keys.getPublic().getEncoded(),
            explicit(3, extensions(wish)));
    Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSA");
    signature.initSign(signer);
    signature.update(content);
    return sequence(content, algorithm, bitString(signature.sign()));
  }

  private static byte[] name(String subject) {
    return sequence(set(sequence(oid("2.5.4.3"), Der.utf8(subject))));
  }

  private static byte[] extensions(Wish wish) {
    List<byte[]> extensions = new ArrayList<>();
    byte[] constraints = wish.issuer() ? sequence(Der.TRUE) : sequence();
    extensions.add(sequence(oid("2.5.29.19"), Der.TRUE, octetString(constraints)));
    if (!wish.names().isEmpty()) {
      List<byte[]> names = new ArrayList<>();
      for (String name : wish.names().split(",", -1)) {
        names.add(alternativeName(name));
      }
      byte[] all = sequence(names.toArray(byte[][]::new));
      extensions.add(sequence(oid("2.5.29.17"), octetString(all)));
    }
    return sequence(extensions.toArray(byte[][]::new));
  }

  private static byte[] alternativeName(String name) {
    String value = name.substring(name.indexOf(':') + 1);
    return name.startsWith("ip:")
        ? Der.tagged(0x87, InetAddress.ofLiteral(value).getAddress())
        : Der.tagged(0x82, value.getBytes(US_ASCII));
  }

  /** The file of the whole chain. */
  public String chainPem() {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : chain) {
      try {
        text.append(pem("CERTIFICATE", certificate.getEncoded()));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
    return text.toString();
  }

  /** The file of the key, PKCS #8. */
  public String keyPem() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  public static String pem(String type, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            type, Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content), type);
  }

  /**
   * What a receiver speaks TLS with.
   *
   * @param clients whose certificates it trusts, or those they issued
   */
  public SSLContext server(IssuedCertificate... clients) {
    try {
      KeyStore own = emptyStore();
      own.setKeyEntry("own", key, PASSWORD, chain.toArray(X509Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trusting(clients), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TrustManager @Nullable [] trusting(IssuedCertificate... clients)
      throws GeneralSecurityException, IOException {
    if (clients.length == 0) {
      return null;
    }
    KeyStore trusted = emptyStore();
    for (int i = 0; i < clients.length; i++) {
      trusted.setCertificateEntry("client-" + i, clients[i].chain().getFirst());
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
