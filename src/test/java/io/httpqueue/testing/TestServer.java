package io.httpqueue.testing;

import io.httpqueue.HttpQueueApplication;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A whole server in this JVM, on a database of its own or a given one, with a gRPC port of its own.
 */
public final class TestServer implements AutoCloseable {

  private static final List<String> QUICK =
      List.of(
          "--grpc.server.port=0",
          "--httpqueue.retry.first-delay=50ms",
          "--httpqueue.retry.factor=1.5",
          "--httpqueue.retry.max-delay=200ms",
          "--otel.sdk.disabled=true");

  private final ConfigurableApplicationContext context;

  private TestServer(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /**
   * Starts a server with short retry delays.
   *
   * @param settings as {@code name=value}, winning over the defaults
   */
  public static TestServer start(TestDatabase database, String... settings) {
    String[] arguments =
        Stream.of(
                QUICK.stream(),
                Stream.of("--httpqueue.database.url=" + database.jdbcUrl()),
                Arrays.stream(settings).map(setting -> "--" + setting))
            .flatMap(some -> some)
            .toArray(String[]::new);
    return new TestServer(SpringApplication.run(HttpQueueApplication.class, arguments));
  }

  /** One of the server's own parts. */
  public <T> T part(Class<T> type) {
    return context.getBean(type);
  }

  /** Stops it as SIGTERM does. */
  @Override
  public void close() {
    context.close();
  }
}
