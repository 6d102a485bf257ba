package io.httpqueue.outbound;

import java.io.IOException;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.BasicHeader;

/** A way through the egress proxy to one receiver. */
final class Tunnel {

  private Tunnel() {}

  /**
   * Has the proxy connect to the receiver.
   *
   * @throws ProxyException if it does not
   */
  static void open(ConnectionEndpoint proxy, HttpHost receiver) throws IOException {
    String address = receiver.toHostString();
    ClassicHttpRequest connect = new BasicClassicHttpRequest(Method.CONNECT, receiver, address);
    connect.addHeader(new BasicHeader("Host", address));
    ClassicHttpResponse answer;
    try {
      answer = proxy.execute("", connect, new Exchange(), Connections.UNUSED);
    } catch (IOException | HttpException e) {
      throw new ProxyException("the egress proxy gave no answer about " + address);
    }
    if (answer.getCode() >= 300) {
      throw new ProxyException(
          "the egress proxy made no connection to " + address + ", status " + answer.getCode());
    }
  }
}
