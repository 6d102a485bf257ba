package io.httpqueue.outbound;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.httpqueue.outbound.Attempt.Step;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Speaks TLS with receivers, which are verified always. Each identity of a caller has TLS sessions
 * of its own, so that none is resumed on behalf of somebody else. Thread-safe.
 */
final class TlsSockets implements TlsSocketStrategy {

  private final TrustManager[] trusted;
  private final TlsSocketStrategy withoutIdentity;
  private final Cache<ClientIdentity, TlsSocketStrategy> withIdentity =
      Caffeine.newBuilder().weakKeys().build();

  TlsSockets(TrustManager[] trusted) throws GeneralSecurityException {
    this.trusted = trusted;
    // Not the runtime's default, which shows everybody the key that system properties name.
    this.withoutIdentity = strategy(null);
  }

  @Override
  public SSLSocket upgrade(
      Socket socket, String target, int port, Object attachment, HttpContext context)
      throws IOException {
    Attempt attempt = Attempt.CURRENT.get();
    attempt.enter(Step.TLS);
    return of(attempt.identity())
        .upgrade(socket, HostSpelling.ascii(target), port, attachment, context);
  }

  private TlsSocketStrategy of(@Nullable ClientIdentity identity) throws IOException {
    if (identity == null) {
      return withoutIdentity;
    }
    TlsSocketStrategy known = withIdentity.getIfPresent(identity);
    if (known != null) {
      return known;
    }
    try {
      TlsSocketStrategy made = strategy(identity.keyManagers());
      TlsSocketStrategy other = withIdentity.asMap().putIfAbsent(identity, made);
      return other == null ? made : other;
    } catch (GeneralSecurityException e) {
      throw new SSLException("the client certificate cannot be used", e);
    }
  }

  private TlsSocketStrategy strategy(KeyManager @Nullable [] keys) throws GeneralSecurityException {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys, trusted, null);
    return ClientTlsStrategyBuilder.create()
        .setSslContext(tls)
        .setHostVerificationPolicy(HostnameVerificationPolicy.BUILTIN)
        .buildClassic();
  }
}
