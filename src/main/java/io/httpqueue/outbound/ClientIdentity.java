package io.httpqueue.outbound;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * The certificate that a receiver is shown, and its key (mutual TLS). Connections and TLS sessions
 * are shared only by requests with the same object: what is equal belongs to somebody else all the
 * same. Immutable.
 */
public final class ClientIdentity {

  // The key store is in memory alone, and wants one.
  private static final char[] PASSWORD = {};

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  /**
   * @param chain the certificate, then the authorities between it and one that receivers trust
   * @param key of the certificate
   */
  public ClientIdentity(List<X509Certificate> chain, PrivateKey key) {
    this.chain = List.copyOf(chain);
    this.key = key;
  }

  KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("client", key, PASSWORD, chain.toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, PASSWORD);
    return factory.getKeyManagers();
  }

  /** Whose certificate it is; nothing of the key. */
  @Override
  public String toString() {
    return "ClientIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
  }
}
