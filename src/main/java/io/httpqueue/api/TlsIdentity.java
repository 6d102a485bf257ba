package io.httpqueue.api;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * What the server proves itself with, and whom it trusts. The files are looked at again and again;
 * once they change, new connections get what they hold then, and those that are open go on. Files
 * that cannot be used leave it as it was, with one warning.
 */
final class TlsIdentity implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(TlsIdentity.class);

  private final TlsSettings settings;
  private final AdvancedTlsX509KeyManager keyManager = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trustManager;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Thread thread;

  private TlsMaterial.Content loaded;

  /** Changed, but not taken: what was seen at the last look. */
  private TlsMaterial.@Nullable Content pending;

  private String problem = "";

  /**
   * @throws TlsFileException if the files cannot be used
   */
  TlsIdentity(TlsSettings settings) throws GeneralSecurityException, IOException {
    this.settings = settings;
    this.trustManager =
        AdvancedTlsX509TrustManager.newBuilder()
            // A client's address says nothing about who it is.
            .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
            .build();
    this.loaded = TlsMaterial.Content.read(settings);
    TlsMaterial material = TlsMaterial.parse(settings, loaded);
    use(material);
    log.info("TLS certificate: {}", material.description());
  }

  SslContext sslContext() throws IOException {
    SslContextBuilder builder =
        GrpcSslContexts.configure(SslContextBuilder.forServer(keyManager))
            .protocols("TLSv1.3", "TLSv1.2");
    if (settings.clientCa() != null) {
      builder.trustManager(trustManager).clientAuth(ClientAuth.REQUIRE);
    }
    return builder.build();
  }

  private void use(TlsMaterial material) throws GeneralSecurityException, IOException {
    X509Certificate[] certificates = material.certificates().toArray(X509Certificate[]::new);
    keyManager.updateIdentityCredentials(certificates, material.key());
    if (!material.clientAuthorities().isEmpty()) {
      trustManager.updateTrustCredentials(
          material.clientAuthorities().toArray(X509Certificate[]::new));
    }
  }

  @Override
  public void start() {
    thread = Thread.ofVirtual().name("tls-reload").start(this::watch);
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  @Override
  public boolean isRunning() {
    return thread != null && stopped.getCount() > 0;
  }

  private void watch() {
    Duration interval = settings.reloadInterval();
    try {
      while (!stopped.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      TlsMaterial.Content content = TlsMaterial.Content.read(settings);
      if (content.isSameAs(loaded)) {
        pending = null;
        problem = "";
        return;
      }
      boolean settled = content.isSameAs(pending);
      pending = content;
      // Certificate and key are replaced one after the other: only what stays wrong is told.
      if (settled) {
        TlsMaterial material = TlsMaterial.parse(settings, content);
        use(material);
        loaded = content;
        problem = "";
        log.info("TLS certificate: {}", material.description());
      }
    } catch (TlsFileException | GeneralSecurityException | IOException e) {
      String told = String.valueOf(e.getMessage());
      if (!told.equals(problem)) {
        problem = told;
        log.warn("The TLS files have changed and cannot be used; the old ones go on: {}", told);
      }
    }
  }
}
