package io.httpqueue.outbound;

import java.net.URI;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;

/**
 * A URL, taken apart.
 *
 * @param path with the query
 */
record Target(HttpRoute route, Header host, String path) {

  static Target of(URI url) {
    boolean secure = "https".equalsIgnoreCase(url.getScheme());
    HttpHost receiver = new HttpHost(secure ? "https" : "http", name(url), port(url, secure));
    return new Target(
        new HttpRoute(receiver, null, secure), new BasicHeader("Host", hostHeader(url)), path(url));
  }

  private static String name(URI url) {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static int port(URI url, boolean secure) {
    return url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
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
