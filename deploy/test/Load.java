import com.sun.net.httpserver.HttpServer;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Pushes events at a steady rate, receives them, and fails if one that was accepted did not arrive.
 * Run from its source with the classes of examples/java; see build-tools/container-test.
 *
 * <p>Options, each as --name value: target (host:port of the server), host (what the server calls
 * this machine by), port (where webhooks are received), rate (events a second), seconds, webhooks
 * (that share them), wait (seconds for the last to arrive). HTTPQUEUE_API_KEY is sent if it is set.
 */
public final class Load {

  private static final int MAX_UNDER_WAY = 2_000;
  private static final byte[] ANSWER = "ok".getBytes();

  private final Map<String, String> options;
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final Set<String> received = ConcurrentHashMap.newKeySet();
  private final LongAdder requests = new LongAdder();
  private final LongAdder refused = new LongAdder();

  private Load(Map<String, String> options) {
    this.options = options;
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      options.put(args[i].substring(2), args[i + 1]);
    }
    System.exit(new Load(options).run() ? 0 : 1);
  }

  private int number(String option) {
    return Integer.parseInt(options.get(option));
  }

  private boolean run() throws Exception {
    HttpServer receiver = receive();
    ManagedChannel channel =
        Grpc.newChannelBuilder(options.get("target"), InsecureChannelCredentials.create()).build();
    WebhookServiceGrpc.WebhookServiceBlockingStub client = client(channel);
    String run = "load-" + Long.toHexString(System.nanoTime());
    for (int i = 0; i < number("webhooks"); i++) {
      register(client, run + "-" + i);
    }
    push(client, run);
    boolean all = awaitAll();
    System.out.printf(
        "accepted %d, refused %d (pushed again), received %d, of these repeated %d, missing %d%n",
        accepted.size(),
        refused.sum(),
        received.size(),
        requests.sum() - received.size(),
        missing());
    channel.shutdownNow();
    receiver.stop(0);
    return all;
  }

  private HttpServer receive() throws Exception {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer server = HttpServer.create(new InetSocketAddress(number("port")), 4096);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          received.add(exchange.getRequestHeaders().getFirst("webhook-id"));
          requests.increment();
          exchange.sendResponseHeaders(200, ANSWER.length);
          exchange.getResponseBody().write(ANSWER);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static WebhookServiceGrpc.WebhookServiceBlockingStub client(ManagedChannel channel) {
    var client = WebhookServiceGrpc.newBlockingStub(channel);
    String key = System.getenv().getOrDefault("HTTPQUEUE_API_KEY", "");
    if (key.isEmpty()) {
      return client;
    }
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
    return client.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private void register(WebhookServiceGrpc.WebhookServiceBlockingStub client, String namespace) {
    String url = "http://%s:%d/%s".formatted(options.get("host"), number("port"), namespace);
    retrying(
        () ->
            client
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .registerWebhook(
                    RegisterWebhookRequest.newBuilder()
                        .setNamespace(namespace)
                        .addEvents("*")
                        .setUrl(url)
                        .build())
                .getWebhookId());
  }

  /** Each push is tried until it is accepted: what is refused meanwhile is not lost, but not there. */
  private void push(WebhookServiceGrpc.WebhookServiceBlockingStub client, String run)
      throws InterruptedException {
    Semaphore underWay = new Semaphore(MAX_UNDER_WAY);
    int rate = number("rate");
    int count = rate * number("seconds");
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long early = start + TimeUnit.SECONDS.toNanos(i) / rate - System.nanoTime();
      if (early > 0) {
        TimeUnit.NANOSECONDS.sleep(early);
      }
      if (i % (5 * rate) == 0) {
        say(start);
      }
      underWay.acquire();
      var request =
          PushEventRequest.newBuilder()
              .setNamespace(run + "-" + i % number("webhooks"))
              .setEvent("load.test")
              .setPayload("{\"number\": %d, \"text\": \"%s\"}".formatted(i, "x".repeat(200)))
              .build();
      Thread.startVirtualThread(
          () -> {
            try {
              accepted.add(
                  retrying(
                      () ->
                          client
                              .withDeadlineAfter(10, TimeUnit.SECONDS)
                              .pushEvent(request)
                              .getEventId()));
            } finally {
              underWay.release();
            }
          });
    }
    underWay.acquire(MAX_UNDER_WAY);
    say(start);
  }

  private <T> T retrying(java.util.function.Supplier<T> call) {
    while (true) {
      try {
        return call.get();
      } catch (StatusRuntimeException e) {
        Status.Code code = e.getStatus().getCode();
        if (code != Status.Code.UNAVAILABLE
            && code != Status.Code.RESOURCE_EXHAUSTED
            && code != Status.Code.DEADLINE_EXCEEDED
            && code != Status.Code.CANCELLED) {
          throw e;
        }
        refused.increment();
        try {
          TimeUnit.MILLISECONDS.sleep(200);
        } catch (InterruptedException interrupted) {
          throw new IllegalStateException(interrupted);
        }
      }
    }
  }

  private boolean awaitAll() throws InterruptedException {
    long start = System.nanoTime();
    long limit = start + TimeUnit.SECONDS.toNanos(number("wait"));
    while (missing() > 0 && System.nanoTime() < limit) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    System.out.printf("the last arrived after %.1f s more%n", (System.nanoTime() - start) / 1e9);
    return missing() == 0;
  }

  private long missing() {
    return accepted.stream().filter(id -> !received.contains(id)).count();
  }

  private void say(long start) {
    System.out.printf(
        "%5.1f s: accepted %d, received %d%n",
        (System.nanoTime() - start) / 1e9, accepted.size(), received.size());
  }
}
