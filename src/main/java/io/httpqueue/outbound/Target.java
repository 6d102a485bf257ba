package io.httpqueue.outbound;

import java.net.URI;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.RouteInfo.LayerType;
import org.apache.hc.client5.http.RouteInfo.TunnelType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;
import org.jspecify.annotations.Nullable;

/**
 * A URL, taken apart.
 *
 * @param path with the query
 */
record Target(HttpRoute route, Header host, String path) {

  /**
   * Takes a URL apart whose host was checked.
   *
   * @param proxy null to connect to the receiver itself
   */
  static Target of(URI url, @Nullable HttpHost proxy) {
    return new Target(route(url, proxy), new BasicHeader("Host", hostHeader(url)), path(url));
  }

  private static HttpRoute route(URI url, @Nullable HttpHost proxy) {
    boolean secure = "https".equalsIgnoreCase(url.getScheme());
    HttpHost receiver =
        new HttpHost(
            secure ? "https" : "http",
            HostSpelling.withoutBrackets(url.getHost()),
            AddressGuard.port(url));
    if (proxy == null) {
      return new HttpRoute(receiver, null, secure);
    }
    LayerType layers = secure ? LayerType.LAYERED : LayerType.PLAIN;
    return new HttpRoute(receiver, null, proxy, secure, TunnelType.TUNNELLED, layers);
  }

  private static String hostHeader(URI url) {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  private static String path(URI url) {
    // Nothing but ASCII goes out; a URI may hold other letters.
    URI plain = URI.create(url.toASCIIString());
    String path = plain.getRawPath();
    String rooted = path == null || path.isEmpty() ? "/" : path;
    return plain.getRawQuery() == null ? rooted : rooted + "?" + plain.getRawQuery();
  }
}
