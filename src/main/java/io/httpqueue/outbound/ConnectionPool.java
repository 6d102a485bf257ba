package io.httpqueue.outbound;

import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** Sets the library's connection pool up. */
final class ConnectionPool {

  // A connection has several of these for as long as it is open, and there may be thousands. One
  // holds most heads and answers whole; a payload goes past it.
  private static final int BUFFER = 2 * 1024;

  // The lines of a head, of chunks and of trailers.
  private static final int LONGEST_LINE = 16 * 1024;

  // What follows a body in chunks; nothing here reads it.
  private static final int MOST_TRAILERS = 8;

  private static final Http1Config HTTP =
      Http1Config.custom()
          .setBufferSize(BUFFER)
          .setMaxHeaderCount(MOST_TRAILERS)
          .setMaxLineLength(LONGEST_LINE)
          .build();

  // A connection that was used a moment ago is not tested before it is used again.
  private static final TimeValue TEST_AFTER = TimeValue.ofMilliseconds(10);

  // A close may take its time, and is not made under the lock that all attempts share.
  private static final boolean CLOSES_OFF_LOCK = true;

  private ConnectionPool() {}

  static PoolingHttpClientConnectionManager of(
      OutboundSettings settings, ReceiverResolver resolver, TlsSockets tls) {
    PoolingHttpClientConnectionManager pool =
        new PoolingHttpClientConnectionManager(
            operator(resolver, tls),
            PoolConcurrencyPolicy.STRICT,
            PoolReusePolicy.LIFO,
            TimeValue.of(settings.maxConnectionAge()),
            connections(),
            CLOSES_OFF_LOCK);
    pool.setMaxTotal(settings.maxConnections());
    pool.setDefaultMaxPerRoute(settings.maxConnectionsPerReceiver());
    pool.setDefaultSocketConfig(
        // No time limit of their own for reads: the attempt's deadline may be later, and a read
        // without one is cheaper.
        SocketConfig.custom().setTcpNoDelay(true).setSoTimeout(Timeout.ZERO_MILLISECONDS).build());
    pool.setDefaultConnectionConfig(
        ConnectionConfig.custom()
            .setConnectTimeout(Timeout.of(settings.connectTimeout()))
            .setValidateAfterInactivity(TEST_AFTER)
            .build());
    return pool;
  }

  private static HttpConnectionFactory<ManagedHttpClientConnection> connections() {
    BoundedHeads heads = new BoundedHeads(LONGEST_LINE);
    AtomicLong opened = new AtomicLong();
    return unconnected ->
        new ReceiverConnection("receiver-" + opened.incrementAndGet(), HTTP, heads);
  }

  private static HttpClientConnectionOperator operator(ReceiverResolver resolver, TlsSockets tls) {
    return new DefaultHttpClientConnectionOperator(
        // That of a channel: it can be read without a wait, and knows no proxies of the JVM.
        proxy -> SocketChannel.open().socket(),
        null,
        resolver,
        scheme -> "https".equals(scheme) ? tls : null);
  }
}
