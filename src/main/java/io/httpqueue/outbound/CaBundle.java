package io.httpqueue.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Certificate authorities that are trusted beside those of the Java runtime. */
record CaBundle(List<Certificate> authorities) {

  CaBundle {
    authorities = List.copyOf(authorities);
  }

  /**
   * Reads a PEM file; Spring binds the setting through this method.
   *
   * @return null if the text is blank: the runtime's own alone
   * @throws IllegalArgumentException if there is no such file, or it holds no certificate
   */
  public static @Nullable CaBundle from(String path) {
    if (path.isBlank()) {
      return null;
    }
    try (InputStream file = Files.newInputStream(Path.of(path.strip()))) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(file);
      if (found.isEmpty()) {
        throw new IllegalArgumentException("names " + path + ", which holds no certificate");
      }
      return new CaBundle(List.copyOf(found));
    } catch (IOException e) {
      throw new IllegalArgumentException("names " + path + ", which cannot be read");
    } catch (CertificateException e) {
      throw new IllegalArgumentException("names " + path + ", which is not a PEM file");
    }
  }

  /** Vouches for receivers: the runtime's authorities and those of the bundle, if there is one. */
  static TrustManager[] trusted(@Nullable CaBundle bundle)
      throws GeneralSecurityException, IOException {
    if (bundle == null) {
      return trustManagers(null);
    }
    List<Certificate> trusted = new ArrayList<>(bundle.authorities());
    trusted.addAll(ofRuntime());
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (int i = 0; i < trusted.size(); i++) {
      store.setCertificateEntry("ca-" + i, trusted.get(i));
    }
    return trustManagers(store);
  }

  private static List<X509Certificate> ofRuntime() throws GeneralSecurityException {
    List<X509Certificate> authorities = new ArrayList<>();
    for (TrustManager manager : trustManagers(null)) {
      if (manager instanceof X509TrustManager ofCertificates) {
        authorities.addAll(List.of(ofCertificates.getAcceptedIssuers()));
      }
    }
    return authorities;
  }

  // Null: the runtime's own.
  private static TrustManager[] trustManagers(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
