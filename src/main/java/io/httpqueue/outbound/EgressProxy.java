package io.httpqueue.outbound;

import java.net.URI;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/** An HTTP proxy that all requests go through, by CONNECT. */
record EgressProxy(String host, int port) {

  /**
   * Reads {@code http://host:port}; Spring binds the setting through this method.
   *
   * @return null if the text is blank: no proxy
   * @throws IllegalArgumentException if it has another form
   */
  public static @Nullable EgressProxy from(String text) {
    if (text.isBlank()) {
      return null;
    }
    URI url = parse(text.strip());
    boolean plain =
        "http".equalsIgnoreCase(url.getScheme())
            && url.getHost() != null
            && url.getPort() > 0
            && url.getPort() <= 65_535
            && url.getRawUserInfo() == null
            && (url.getRawPath().isEmpty() || url.getRawPath().equals("/"))
            && url.getRawQuery() == null;
    if (!plain) {
      throw wrong();
    }
    return new EgressProxy(HostSpelling.withoutBrackets(url.getHost()), url.getPort());
  }

  private static URI parse(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw wrong();
    }
  }

  private static IllegalArgumentException wrong() {
    return new IllegalArgumentException(
        "is not of the form http://host:port; a proxy that wants TLS or a password is not"
            + " possible");
  }

  HttpHost toHttpHost() {
    return new HttpHost("http", host, port);
  }
}
