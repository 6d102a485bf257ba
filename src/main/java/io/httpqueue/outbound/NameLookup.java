package io.httpqueue.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks names up on threads of its own: the system's look-up cannot be broken off, and would hold
 * on to the carrier of a virtual thread. One look-up at a time runs for a name, so that a name
 * whose server is silent takes one thread, however many attempts wait for it. Thread-safe.
 */
final class NameLookup implements AutoCloseable {

  /** The look-up itself. */
  @FunctionalInterface
  interface Source {
    InetAddress[] addressesOf(String host) throws UnknownHostException;
  }

  private static final int THREADS = 64;
  private static final int MOST_WAITING = 10_000;

  private final Source source;
  private final ConcurrentMap<String, CompletableFuture<InetAddress[]>> running =
      new ConcurrentHashMap<>();
  private final ThreadPoolExecutor threads;

  NameLookup(Source source) {
    this(source, THREADS, MOST_WAITING);
  }

  /**
   * @param count of look-ups that run at the same time
   * @param mostWaiting of names that wait for one of them; one beyond it is not looked up
   */
  NameLookup(Source source, int count, int mostWaiting) {
    this.source = source;
    this.threads =
        new ThreadPoolExecutor(
            count,
            count,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(mostWaiting),
            Thread.ofPlatform().name("name-lookup-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Starts a look-up or joins the one that runs. Cancelling the result leaves the look-up alone.
   */
  CompletableFuture<InetAddress[]> addressesOf(String host) {
    try {
      return running.computeIfAbsent(host, this::start).copy();
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(new UnknownHostException(host));
    }
  }

  private CompletableFuture<InetAddress[]> start(String host) {
    return CompletableFuture.supplyAsync(() -> lookUp(host), threads);
  }

  private InetAddress[] lookUp(String host) {
    try {
      return source.addressesOf(host);
    } catch (UnknownHostException e) {
      throw new CompletionException(e);
    } finally {
      running.remove(host);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
