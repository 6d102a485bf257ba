package io.httpqueue.outbound;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Sends. */
@Component
public final class HttpSender implements AutoCloseable {

  private final HttpClient client = HttpClient.newHttpClient();

  /** Sends one. */
  public SendResult send(OutboundRequest request) {
    long t = System.nanoTime();
    try {
      HttpRequest.Builder b =
          HttpRequest.newBuilder(request.url())
              .timeout(request.timeout())
              .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()));
      request.headers().forEach(b::header);
      HttpResponse<String> r = client.send(b.build(), HttpResponse.BodyHandlers.ofString());
      return new SendResult.Answered(
          r.statusCode(), null, r.body(), Duration.ofNanos(System.nanoTime() - t));
    } catch (java.io.IOException e) {
      return new SendResult.NotAnswered(
          FailureClass.CONNECT, String.valueOf(e), Duration.ofNanos(System.nanoTime() - t));
    } catch (InterruptedException e) {
      return new SendResult.NotAnswered(
          FailureClass.INTERRUPTED, "interrupted", Duration.ofNanos(System.nanoTime() - t));
    }
  }

  @Override
  public void close() {}
}
