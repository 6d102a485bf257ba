package io.httpqueue.api;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
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
 * would wait behind every attempt that can go on, three times.
 *
 * <p>A push waits for nothing on them, but where the database is asked for a key or a namespace
 * that is not known yet; so there are more than processors. Other calls block on Postgres,
 * thousands at once, and have virtual threads. Thread-safe; an idle server has none of them.
 */
@Component
final class PushThreads implements Executor, ServerCallExecutorSupplier {

  private static final int COUNT = 32;
  private static final Duration LINGER = Duration.ofSeconds(10);

  /** Under both names of the service. */
  private static final @Nullable String PUSH =
      WebhookServiceGrpc.getPushEventMethod().getBareMethodName();

  private static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          COUNT,
          COUNT,
          LINGER.toMillis(),
          TimeUnit.MILLISECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("push-", 1).factory());

  PushThreads() {
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    threads.execute(task);
  }

  @Override
  public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
    return Objects.equals(call.getMethodDescriptor().getBareMethodName(), PUSH)
        ? this
        : VIRTUAL_THREADS;
  }
}
