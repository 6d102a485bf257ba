package io.httpqueue.testing;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.httpqueue.HttpQueueApplication;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import io.httpqueue.api.v1.WebhookServiceGrpc.WebhookServiceBlockingStub;
import io.httpqueue.harness.FreePorts;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.context.ConfigurableApplicationContext;

/** A whole server in this JVM, called over a real gRPC connection on a port of its own. */
public final class TestServer implements AutoCloseable {

  private static final Map<String, String> QUICK =
      Map.of(
          "httpqueue.retry.first-delay", "50ms",
          "httpqueue.retry.factor", "1.5",
          "httpqueue.retry.max-delay", "200ms",
          "httpqueue.breaker.first-pause", "50ms",
          "httpqueue.breaker.max-pause", "200ms",
          "httpqueue.delivery.linger", "200ms",
          "httpqueue.fan-out.linger", "200ms",
          "otel.sdk.disabled", "true");

  /**
   * Each start sets the logging of the whole JVM up. Two at once may leave it shut: then nothing is
   * logged any more.
   */
  private static final ReentrantLock LOGGING = new ReentrantLock();

  private final ConfigurableApplicationContext context;
  private final ManagedChannel channel;

  private TestServer(ConfigurableApplicationContext context, int port) {
    this.context = context;
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  /**
   * Starts a server with short delays between attempts.
   *
   * @param settings as {@code name=value}, winning over the defaults
   */
  public static TestServer start(TestDatabase database, String... settings) {
    return start(new SpringApplication(HttpQueueApplication.class), database, settings);
  }

  /** Starts a server whose clock is the one given. */
  public static TestServer startAt(Clock clock, TestDatabase database, String... settings) {
    SpringApplication application = new SpringApplication(HttpQueueApplication.class);
    application.addInitializers(
        context ->
            context
                .getBeanFactory()
                .addBeanPostProcessor(
                    new BeanPostProcessor() {
                      @Override
                      public Object postProcessAfterInitialization(Object bean, String name) {
                        return bean instanceof Clock ? clock : bean;
                      }
                    }));
    return start(application, database, settings);
  }

  private static TestServer start(
      SpringApplication application, TestDatabase database, String... settings) {
    int port = freePort();
    Map<String, String> all = new HashMap<>(QUICK);
    all.put("httpqueue.api.port", Integer.toString(port));
    all.put("httpqueue.database.url", database.jdbcUrl());
    // Receivers are on this machine.
    all.put("httpqueue.egress.allow", "127.0.0.0/8");
    all.put("httpqueue.access.authentication", "off");
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      all.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    String[] arguments =
        all.entrySet().stream()
            .map(setting -> "--%s=%s".formatted(setting.getKey(), setting.getValue()))
            .toArray(String[]::new);
    return new TestServer(run(application, arguments), port);
  }

  private static ConfigurableApplicationContext run(
      SpringApplication application, String... arguments) {
    // Called once the logging is set up.
    application.addInitializers(context -> LOGGING.unlock());
    LOGGING.lock();
    try {
      // Spring leaves it behind when a server outside of development, which logs JSON, has ended.
      System.clearProperty(
          LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName());
      return application.run(arguments);
    } finally {
      if (LOGGING.isHeldByCurrentThread()) {
        LOGGING.unlock();
      }
    }
  }

  public WebhookServiceBlockingStub client() {
    return WebhookServiceGrpc.newBlockingStub(channel);
  }

  public ManagedChannel channel() {
    return channel;
  }

  /** One of the server's own parts. */
  public <T> T part(Class<T> type) {
    return context.getBean(type);
  }

  /** One of several of a type. */
  public <T> T part(String name, Class<T> type) {
    return context.getBean(name, type);
  }

  /** Stops it as SIGTERM does, and leaves the client's channel open. */
  public void stop() {
    context.close();
  }

  /** Stops it as SIGTERM does. */
  @Override
  public void close() {
    channel.shutdownNow();
    context.close();
  }

  public static int freePort() {
    return FreePorts.next();
  }
}
