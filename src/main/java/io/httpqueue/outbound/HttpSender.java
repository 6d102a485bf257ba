package io.httpqueue.outbound;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.httpqueue.outbound.Attempt.End;
import io.httpqueue.outbound.Attempt.Step;
import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.BasicHeader;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to receivers. Never follows a redirect, never repeats a request, keeps no cookies,
 * and adds no headers but {@code Host} and {@code Content-Length}. Thread-safe; meant to be called
 * from thousands of virtual threads at once.
 */
public final class HttpSender implements AutoCloseable {

  private static final Duration EVICT_EVERY = Duration.ofSeconds(1);

  // A channel's socket copies all that is left of an array each time that the receiver takes some.
  private static final int LARGEST_WRITE = 128 * 1024;

  private final Connections connections;
  private final AddressGuard guard;
  private final ScheduledThreadPoolExecutor timer;
  private final Cache<URI, Target> targets = Caffeine.newBuilder().maximumSize(10_000).build();
  private final Set<Attempt> inFlight = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  HttpSender(Connections connections, AddressGuard guard) {
    this.guard = guard;
    this.connections = connections;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("outbound-timer").daemon().factory());
    timer.setRemoveOnCancelPolicy(true);
    // An attempt that comes after close() ends at once by itself.
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    var _ =
        timer.scheduleWithFixedDelay(
            connections::closeIdle,
            EVICT_EVERY.toMillis(),
            EVICT_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /**
   * Sends a request and reads the answer. Blocks, at most for the request's timeout. A thread that
   * is interrupted ends its attempt, and stays interrupted.
   */
  public SendResult send(OutboundRequest request) {
    long start = System.nanoTime();
    Attempt attempt = new Attempt(request.identity());
    inFlight.add(attempt);
    if (closed) {
      attempt.end(End.STOPPED);
    }
    Future<?> deadline = scheduleEnd(attempt, request.timeout());
    try {
      return answer(request, attempt, start);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return notAnswered(e, attempt, request, start);
    } catch (IOException
        | HttpException
        | ExecutionException
        | TimeoutException
        | CancellationException e) {
      return notAnswered(e, attempt, request, start);
    } catch (RuntimeException e) {
      // The library notices some of the ways to end an attempt as a wrong state of its own.
      if (attempt.ended() == null) {
        throw e;
      }
      return notAnswered(e, attempt, request, start);
    } finally {
      deadline.cancel(false);
      inFlight.remove(attempt);
    }
  }

  /** How many attempts run now. */
  public int inFlight() {
    return inFlight.size();
  }

  /** Ends all attempts in flight; each returns as interrupted. Others can be made afterwards. */
  public void interruptAll() {
    inFlight.forEach(attempt -> attempt.end(End.STOPPED));
  }

  /** Ends all attempts in flight and those that are still to come, and closes the connections. */
  @Override
  public void close() {
    closed = true;
    interruptAll();
    timer.shutdownNow();
    connections.close();
  }

  // Closing a connection may take a moment, and must not hold up the timer.
  private Future<?> scheduleEnd(Attempt attempt, Duration timeout) {
    return timer.schedule(
        () -> Thread.ofVirtual().start(() -> attempt.end(End.DEADLINE)),
        timeout.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  private SendResult answer(OutboundRequest request, Attempt attempt, long start)
      throws IOException,
          HttpException,
          InterruptedException,
          ExecutionException,
          TimeoutException {
    Target target = target(request.url());
    ConnectionEndpoint endpoint = connections.take(target.route(), attempt);
    boolean givenBack = false;
    try {
      attempt.enter(Step.ANSWER);
      Exchange exchange = new Exchange();
      ClassicHttpResponse response =
          endpoint.execute("", message(target, request), exchange, Connections.UNUSED);
      attempt.enter(Step.BODY);
      BodyExcerpt body = BodyExcerpt.of(response.getEntity());
      boolean reusable = attempt.finish() && exchange.wholeRequestSent() && body.whole();
      givenBack = true;
      connections.giveBack(endpoint, response, reusable, attempt);
      return new Answered(
          response.getCode(),
          header(response, "Retry-After"),
          header(response, "Date"),
          body.text(),
          since(start));
    } finally {
      if (!givenBack) {
        connections.discard(endpoint);
      }
    }
  }

  // Only what the guard lets through is kept; it decides by settings, which do not change.
  private Target target(URI url) throws BlockedAddressException {
    Target known = targets.getIfPresent(url);
    if (known != null) {
      return known;
    }
    String problem = guard.problem(url);
    if (problem != null) {
      throw new BlockedAddressException(problem);
    }
    Target target = Target.of(url, connections.proxy());
    targets.put(url, target);
    return target;
  }

  private static ClassicHttpRequest message(Target target, OutboundRequest request) {
    BasicClassicHttpRequest message =
        new BasicClassicHttpRequest(Method.POST, target.route().getTargetHost(), target.path());
    message.addHeader(target.host());
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      message.addHeader(new BasicHeader(header.getKey(), header.getValue()));
    }
    message.addHeader(new BasicHeader("Content-Length", Integer.toString(request.body().length)));
    byte[] body = request.body();
    message.setEntity(new EntityTemplate(body.length, null, null, out -> write(body, out)));
    return message;
  }

  private static void write(byte[] body, OutputStream out) throws IOException {
    for (int from = 0; from < body.length; from += LARGEST_WRITE) {
      out.write(body, from, Math.min(LARGEST_WRITE, body.length - from));
    }
  }

  private static @Nullable String header(ClassicHttpResponse response, String name) {
    Header header = response.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  private static SendResult notAnswered(
      Exception cause, Attempt attempt, OutboundRequest request, long start) {
    Failure failure = Failure.of(cause, attempt, request);
    return new NotAnswered(failure.type(), failure.message(), since(start));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
