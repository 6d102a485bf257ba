package io.httpqueue.outbound;

import java.io.IOException;
import java.net.SocketException;
import org.apache.hc.client5.http.io.ConnectionEndpoint.RequestExecutor;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request and reads the answer's head. Unlike the library's own way it reads the answer
 * also where the receiver gave it before it had read the whole request and closed its side.
 */
final class Exchange implements RequestExecutor {

  private static final int MAX_INTERIM_ANSWERS = 16;
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int OK = 200;
  private static final int MAX_STATUS = 999;

  private boolean wholeRequestSent;

  /** Whether the connection can carry another request. */
  boolean wholeRequestSent() {
    return wholeRequestSent;
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, HttpClientConnection connection, HttpContext context)
      throws IOException, HttpException {
    SocketException notSent = null;
    try {
      connection.sendRequestHeader(request);
      connection.sendRequestEntity(request);
      connection.flush();
      wholeRequestSent = true;
    } catch (SocketException e) {
      notSent = e;
    }
    ClassicHttpResponse response = head(connection, notSent);
    if (MessageSupport.canResponseHaveBody(request.getMethod(), response)) {
      connection.receiveResponseEntity(response);
      boundChunks(response, connection);
    }
    return response;
  }

  private static void boundChunks(ClassicHttpResponse response, HttpClientConnection connection) {
    HttpEntity body = response.getEntity();
    if (body != null && body.isChunked()) {
      response.setEntity(new BoundedChunks(body, connection.getEndpointDetails()));
    }
  }

  private static ClassicHttpResponse head(
      HttpClientConnection connection, @Nullable SocketException notSent)
      throws IOException, HttpException {
    try {
      return finalAnswer(connection);
    } catch (IOException e) {
      if (notSent == null) {
        throw e;
      }
      notSent.addSuppressed(e);
      throw notSent;
    }
  }

  private static ClassicHttpResponse finalAnswer(HttpClientConnection connection)
      throws IOException, HttpException {
    for (int interim = 0; interim < MAX_INTERIM_ANSWERS; interim++) {
      ClassicHttpResponse response = connection.receiveResponseHeader();
      int status = response.getCode();
      if (status == SWITCHING_PROTOCOLS || status > MAX_STATUS) {
        throw new ProtocolException("status " + status);
      }
      if (status >= OK) {
        return response;
      }
    }
    throw new ProtocolException("too many interim answers");
  }
}
