package io.httpqueue.api;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.httpqueue.access.Authentication;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The threads that take single pushes and answer them. They are the system's, which shares the
 * processors between them and all that delivers: virtual threads stand in one line, in which a push
 * would wait behind every attempt that can go on.
 *
 * <p>What runs on them waits for next to nothing, so that one for each processor is enough; of
 * more, another one would be woken for almost every push. All that is known to block on Postgres
 * has virtual threads: other calls, pushes of keys that have to be looked up, and pushes to a
 * namespace of which something has to be read first. Thread-safe.
 */
@Component
final class PushThreads implements ServerCallExecutorSupplier {

  private static final Duration LINGER = Duration.ofSeconds(10);

  /** Under both names of the service. */
  private static final @Nullable String PUSH =
      WebhookServiceGrpc.getPushEventMethod().getBareMethodName();

  private static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;

  private final Authentication authentication;
  private final ThreadPoolExecutor threads;

  PushThreads(Authentication authentication) {
    this.authentication = authentication;
    this.threads =
        new ThreadPoolExecutor(
            count(),
            count(),
            LINGER.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("push-", 1).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Two at least: the payload of one push may take long to check. */
  static int count() {
    return Math.max(2, Runtime.getRuntime().availableProcessors());
  }

  /** Never refuses. */
  Executor executor() {
    return threads;
  }

  @Override
  public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
    boolean push = Objects.equals(call.getMethodDescriptor().getBareMethodName(), PUSH);
    return push && isKnown(headers) ? threads : VIRTUAL_THREADS;
  }

  /** Strangers with keys that have to be looked up must not take the threads of all others. */
  private boolean isKnown(Metadata headers) {
    return !authentication.isRequired() || authentication.isKnown(AccessInterceptor.key(headers));
  }
}
