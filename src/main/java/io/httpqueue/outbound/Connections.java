package io.httpqueue.outbound;

import io.httpqueue.outbound.Attempt.Step;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** The open connections. Thread-safe. */
final class Connections implements AutoCloseable {

  // The attempt's deadline breaks the wait for a connection off.
  private static final Timeout UNTIL_DEADLINE = Timeout.ofDays(1);

  // The library wants one everywhere, and none of the parts that are used here writes to it.
  static final HttpContext UNUSED = HttpClientContext.create();

  // Not null: the pool hands a connection whose state is null to everybody.
  private static final Object NOBODY = new Object();

  private final PoolingHttpClientConnectionManager pool;
  private final OutboundSettings settings;
  private final @Nullable HttpHost proxy;

  /**
   * @param proxy null to connect to receivers directly
   */
  Connections(
      OutboundSettings settings,
      ReceiverResolver resolver,
      TlsSockets tls,
      @Nullable HttpHost proxy) {
    this.settings = settings;
    this.proxy = proxy;
    this.pool = ConnectionPool.of(settings, resolver, tls);
  }

  /** Takes an open connection, or opens one. What is returned must be given back. */
  ConnectionEndpoint take(HttpRoute route, Attempt attempt)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    ConnectionEndpoint endpoint = lease(route, attempt);
    try {
      attempt.enter(Step.CONNECT, () -> close(endpoint));
      if (!endpoint.isConnected()) {
        open(endpoint, route, attempt);
      }
      return endpoint;
    } catch (IOException | RuntimeException e) {
      discard(endpoint);
      throw e;
    }
  }

  private ConnectionEndpoint lease(HttpRoute route, Attempt attempt)
      throws InterruptedException, ExecutionException, TimeoutException {
    LeaseRequest lease = pool.lease("", route, Timeout.DISABLED, owner(attempt));
    attempt.enter(Step.LEASE, lease);
    try {
      return lease.get(UNTIL_DEADLINE);
    } catch (InterruptedException e) {
      if (!lease.cancel()) {
        discard(lease.get(UNTIL_DEADLINE));
      }
      throw e;
    }
  }

  private void open(ConnectionEndpoint endpoint, HttpRoute route, Attempt attempt)
      throws IOException {
    ScopedValue.where(Attempt.CURRENT, attempt)
        .call(
            () -> {
              connect(endpoint);
              if (route.isTunnelled()) {
                Tunnel.open(endpoint, route.getTargetHost());
                if (route.isLayered()) {
                  pool.upgrade(endpoint, UNUSED);
                }
              }
              return null;
            });
  }

  private void connect(ConnectionEndpoint endpoint) throws IOException {
    try {
      pool.connect(endpoint, null, UNUSED);
    } catch (IOException e) {
      throw proxy == null ? e : new ProxyException("no connection to the egress proxy");
    }
  }

  /** Null if receivers are connected to directly. */
  @Nullable HttpHost proxy() {
    return proxy;
  }

  private static boolean close(ConnectionEndpoint endpoint) {
    endpoint.close(CloseMode.IMMEDIATE);
    return true;
  }

  /**
   * Gives a connection back after an answer.
   *
   * @param finished request and answer went over it to their ends
   * @param attempt that has used it; only one with the same identity gets it again
   */
  void giveBack(
      ConnectionEndpoint endpoint, ClassicHttpResponse answer, boolean finished, Attempt attempt) {
    if (!finished) {
      discard(endpoint);
      return;
    }
    boolean reusable = DefaultConnectionReuseStrategy.INSTANCE.keepAlive(null, answer, UNUSED);
    pool.release(
        endpoint, owner(attempt), reusable ? KeepAlive.of(answer, settings.idleTimeout()) : null);
  }

  private static Object owner(Attempt attempt) {
    ClientIdentity identity = attempt.identity();
    return identity == null ? NOBODY : identity;
  }

  /** Gives a connection back that is in the middle of something. */
  void discard(ConnectionEndpoint endpoint) {
    endpoint.close(CloseMode.IMMEDIATE);
    pool.release(endpoint, null, null);
  }

  /** Closes those that have not been used for too long. */
  void closeIdle() {
    pool.closeExpired();
    pool.closeIdle(TimeValue.of(settings.idleTimeout()));
  }

  @Override
  public void close() {
    pool.close(CloseMode.IMMEDIATE);
  }
}
