package io.httpqueue.bench;

import io.httpqueue.harness.Payload;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** The requests of deliveries by a bare HttpClient on 64 virtual threads. */
final class FloorRequests implements AutoCloseable {

  private static final int THREADS = 64;

  private final List<String> urls;
  private final Payload payload = new Payload(Execution.PAYLOAD_BYTES);
  private final String id = UUID.randomUUID().toString();
  private final CloseableHttpClient client =
      HttpClients.custom()
          .setConnectionManager(
              PoolingHttpClientConnectionManagerBuilder.create()
                  .setMaxConnTotal(THREADS * 2)
                  .setMaxConnPerRoute(THREADS)
                  .build())
          .disableAutomaticRetries()
          .disableRedirectHandling()
          .disableContentCompression()
          .disableCookieManagement()
          .build();

  FloorRequests(List<String> urls) {
    this.urls = urls;
  }

  void send(long requests) throws InterruptedException, ExecutionException {
    AtomicLong next = new AtomicLong();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<? extends Future<?>> loops =
          IntStream.range(0, THREADS)
              .mapToObj(i -> threads.submit(() -> sendUpTo(requests, next)))
              .toList();
      for (Future<?> loop : loops) {
        loop.get();
      }
    }
  }

  private long sendUpTo(long requests, AtomicLong next) throws IOException {
    for (long sequence = next.getAndIncrement();
        sequence < requests;
        sequence = next.getAndIncrement()) {
      sendOne(sequence);
    }
    return requests;
  }

  private void sendOne(long sequence) throws IOException {
    HttpPost post = new HttpPost(urls.get((int) (sequence % urls.size())));
    post.setHeader("User-Agent", "HTTPQueue");
    post.setHeader("webhook-id", id);
    post.setHeader("webhook-timestamp", "1700000000");
    post.setHeader("HTTPQueue-Event", "event.0");
    post.setHeader("HTTPQueue-Namespace", "harness");
    post.setHeader("HTTPQueue-Delivery", id);
    post.setHeader("HTTPQueue-Attempt", "1");
    post.setEntity(new StringEntity(payload.text(sequence, 0), ContentType.APPLICATION_JSON));
    client.execute(
        post,
        response -> {
          if (response.getCode() != 200) {
            throw new IOException("answered " + response.getCode());
          }
          return EntityUtils.toString(response.getEntity());
        });
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
