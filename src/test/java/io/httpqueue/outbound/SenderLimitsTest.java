package io.httpqueue.outbound;

import static io.httpqueue.outbound.Senders.LOCAL;
import static io.httpqueue.outbound.Senders.LONG;
import static io.httpqueue.outbound.Senders.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.HostileReceiver;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SenderLimitsTest {

  private static final Duration SHORT = Duration.ofMillis(300);

  private final ScriptedReceiver receiver = ScriptedReceiver.start().answer("/hang", Answer.hang());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<HttpSender> senders = new ArrayList<>();

  @AfterEach
  void stop() {
    senders.forEach(HttpSender::close);
    receiver.close();
    threads.shutdownNow();
  }

  @Test
  void aLookUpThatHangsEndsAtTheDeadline() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    HttpSender sender =
        start(
            LOCAL.lookingUp(
                host -> {
                  hang(never);
                  return InetAddress.getAllByName("127.0.0.1");
                }));

    SendResult result = sender.send(post(URI.create("http://slow.example/"), SHORT));

    assertFailure(result, FailureClass.TIMEOUT, "no address of slow.example:80 within 300 ms");
    never.countDown();
  }

  @Test
  void oneNameIsLookedUpOnceAtATimeForAllThatWait() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger mostAtOnce = new AtomicInteger();
    HttpSender sender =
        start(
            LOCAL.lookingUp(
                host -> {
                  mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                  hang(go);
                  atOnce.decrementAndGet();
                  return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
                }));
    URI url = URI.create("http://one.example:" + receiver.port() + "/");

    List<Future<SendResult>> results = sendAll(sender, 200, url);
    await().untilAtomic(atOnce, is(1));
    go.countDown();

    for (Future<SendResult> result : results) {
      assertThat(result.get()).isInstanceOf(Answered.class);
    }
    assertThat(mostAtOnce).hasValue(1);
  }

  @Test
  void aNameWithoutAddressIsADnsFailure() {
    HttpSender sender =
        start(
            LOCAL.lookingUp(
                host -> {
                  throw new UnknownHostException(host);
                }));

    SendResult result = sender.send(post(URI.create("http://nowhere.example/")));

    assertFailure(result, FailureClass.DNS, "no address for host nowhere.example");
  }

  @Test
  void aRefusedConnectionIsAConnectFailure() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = free.getLocalPort();
    }

    SendResult result = start(LOCAL).send(post(URI.create("http://127.0.0.1:" + port + "/")));

    assertFailure(result, FailureClass.CONNECT, "connection refused by 127.0.0.1:" + port);
  }

  @Test
  void theNextAddressIsTriedWhereOneDoesNotAnswer() throws IOException {
    try (FullServer full = new FullServer()) {
      HttpSender quick =
          start(
              LOCAL
                  .with(settings(100, 100, Duration.ofMillis(200)))
                  .lookingUp(
                      host ->
                          new InetAddress[] {
                            InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("127.0.0.1")
                          }));

      SendResult result = quick.send(post(URI.create("http://full.example:" + full.port() + "/")));

      // Each of the two addresses had its time.
      assertFailure(
          result,
          FailureClass.CONNECT,
          "no connection to full.example:" + full.port() + " in time");
      assertThat(result.duration()).isBetween(Duration.ofMillis(400), LONG.minusSeconds(5));
    }
  }

  @Test
  void aTlsHandshakeHasTheTimeOfAConnection() {
    HttpSender quick = start(LOCAL.with(settings(100, 100, Duration.ofMillis(200))));
    try (HostileReceiver stalling = HostileReceiver.start((connection, self) -> self.hold())) {

      SendResult result = quick.send(post(stalling.url("https")));

      assertFailure(
          result,
          FailureClass.TLS,
          "no TLS handshake with 127.0.0.1:" + stalling.port() + " in time");
    }
  }

  @Test
  void aConnectionThatIsNotAcceptedEndsAtTheDeadline() throws IOException {
    try (FullServer full = new FullServer()) {
      SendResult result =
          start(LOCAL).send(post(URI.create("http://127.0.0.1:" + full.port() + "/"), SHORT));

      assertFailure(
          result,
          FailureClass.TIMEOUT,
          "no connection to 127.0.0.1:" + full.port() + " within 300 ms");
    }
  }

  @Test
  void aReceiverGetsNoMoreConnectionsThanTheSettingAllows() {
    HttpSender sender = start(LOCAL.with(settings(100, 3, Duration.ofSeconds(5))));

    List<Future<SendResult>> results = sendAll(sender, 12, receiver.url("/hang"));
    await().until(() -> receiver.requests().size() == 3);
    SendResult late = sender.send(post(receiver.url("/"), SHORT));
    receiver.release();

    assertFailure(
        late,
        FailureClass.TIMEOUT,
        "no free connection to 127.0.0.1:" + receiver.port() + " within 300 ms");
    assertThat(results).allSatisfy(sent -> assertThat(sent.get()).isInstanceOf(Answered.class));
    assertThat(receiver.requests().stream().map(ReceivedRequest::connection).distinct().count())
        .isEqualTo(3);
  }

  @Test
  void allReceiversTogetherGetNoMoreConnectionsThanTheSettingAllows() {
    HttpSender sender = start(LOCAL.with(settings(1, 100, Duration.ofSeconds(5))));
    try (ScriptedReceiver other = ScriptedReceiver.start()) {
      // An idle connection makes room.
      assertThat(sender.send(post(other.url("/")))).isInstanceOf(Answered.class);
      sendAll(sender, 1, receiver.url("/hang"));
      await().until(() -> receiver.requests().size() == 1);

      SendResult result = sender.send(post(other.url("/"), SHORT));

      assertFailure(
          result,
          FailureClass.TIMEOUT,
          "no free connection to 127.0.0.1:" + other.port() + " within 300 ms");
    }
  }

  @Test
  void aReceiverThatHangsCostsAnotherNothing() {
    HttpSender sender = start(LOCAL);
    try (ScriptedReceiver other = ScriptedReceiver.start()) {
      sendAll(sender, 300, receiver.url("/hang"));
      await().until(() -> receiver.requests().size() == 300);

      assertThat(sender.send(post(other.url("/")))).isInstanceOf(Answered.class);
    }
  }

  @Test
  void anIdleConnectionIsClosed() {
    HttpSender sender =
        start(
            LOCAL.with(
                new OutboundSettings(10, 10, LONG, Duration.ofSeconds(1), Duration.ofMinutes(1))));
    try (HostileReceiver raw = HostileReceiver.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
      assertThat(sender.send(post(raw.url()))).isInstanceOf(Answered.class);
      assertThat(raw.openConnections()).isEqualTo(1);

      await().until(() -> raw.openConnections() == 0);
    }
  }

  @Test
  void anOldConnectionIsNotUsedAgain() {
    HttpSender sender = startWithAge(Duration.ofSeconds(1));
    HttpSender patient = startWithAge(Duration.ofMinutes(5));

    await()
        .untilAsserted(
            () -> {
              assertThat(sender.send(post(receiver.url("/old")))).isInstanceOf(Answered.class);
              assertThat(patient.send(post(receiver.url("/young")))).isInstanceOf(Answered.class);
              assertThat(connectionsTo("/old")).hasSizeGreaterThan(1);
            });
    assertThat(connectionsTo("/young")).hasSize(1);
  }

  private HttpSender startWithAge(Duration most) {
    return start(LOCAL.with(new OutboundSettings(10, 10, LONG, Duration.ofMinutes(1), most)));
  }

  private Set<Integer> connectionsTo(String path) {
    return receiver.requestsTo(path).stream()
        .map(ReceivedRequest::connection)
        .collect(Collectors.toSet());
  }

  @Test
  void anInterruptedThreadEndsItsAttemptAndStaysInterrupted() throws Exception {
    HttpSender sender = start(LOCAL.with(settings(1, 1, Duration.ofSeconds(5))));
    AtomicBoolean interrupted = new AtomicBoolean();
    List<SendResult> results = new ArrayList<>();
    Thread sending =
        Thread.ofVirtual()
            .start(
                () -> {
                  results.add(sender.send(post(receiver.url("/hang"))));
                  interrupted.set(Thread.currentThread().isInterrupted());
                });
    await().until(() -> receiver.requests().size() == 1);
    Thread waiting =
        Thread.ofVirtual().start(() -> results.add(sender.send(post(receiver.url("/hang")))));

    waiting.interrupt();
    waiting.join();
    sending.interrupt();
    sending.join();

    assertThat(results).hasSize(2).allSatisfy(SenderLimitsTest::assertInterrupted);
    assertThat(interrupted).isTrue();
    // Neither kept the one connection.
    assertThat(sender.send(post(receiver.url("/")))).isInstanceOf(Answered.class);
  }

  @Test
  void aThreadThatIsInterruptedAlreadySendsNothing() throws Exception {
    HttpSender sender = start(LOCAL);
    List<SendResult> results = new ArrayList<>();
    Thread thread =
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  Thread.currentThread().interrupt();
                  results.add(sender.send(post(receiver.url("/"))));
                });
    thread.start();
    thread.join();

    assertThat(results).hasSize(1).allSatisfy(SenderLimitsTest::assertInterrupted);
  }

  @Test
  void allAttemptsCanBeEndedAndOthersMadeAfterwards() throws Exception {
    HttpSender sender = start(LOCAL.with(settings(2, 2, Duration.ofSeconds(5))));
    List<Future<SendResult>> results = sendAll(sender, 6, receiver.url("/hang"));
    await().until(() -> receiver.requests().size() == 2);
    await().until(() -> sender.inFlight() == 6);

    sender.interruptAll();

    for (Future<SendResult> result : results) {
      assertInterrupted(result.get());
    }
    assertThat(sender.send(post(receiver.url("/")))).isInstanceOf(Answered.class);
  }

  @Test
  void closingEndsWhatRunsAndWhatIsStillToCome() throws Exception {
    HttpSender sender = start(LOCAL);
    List<Future<SendResult>> results = sendAll(sender, 20, receiver.url("/hang"));
    await().until(() -> receiver.requests().size() == 20);

    sender.close();

    for (Future<SendResult> result : results) {
      assertInterrupted(result.get());
    }
    assertInterrupted(sender.send(post(receiver.url("/"))));
    assertThat(receiver.requests()).hasSize(20);
  }

  private HttpSender start(Senders senders) {
    HttpSender sender = senders.start();
    this.senders.add(sender);
    return sender;
  }

  private List<Future<SendResult>> sendAll(HttpSender sender, int count, URI url) {
    List<Future<SendResult>> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(threads.submit(() -> sender.send(post(url))));
    }
    return results;
  }

  private static OutboundSettings settings(int total, int perReceiver, Duration connectTimeout) {
    return new OutboundSettings(
        total, perReceiver, connectTimeout, Duration.ofSeconds(30), Duration.ofMinutes(10));
  }

  private static void hang(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void assertInterrupted(SendResult result) {
    assertFailure(result, FailureClass.INTERRUPTED, "HTTPQueue was stopped during the attempt");
  }

  private static void assertFailure(SendResult result, FailureClass failure, String message) {
    assertThat(result).isInstanceOf(NotAnswered.class);
    assertThat(((NotAnswered) result).failure()).isEqualTo(failure);
    assertThat(((NotAnswered) result).message()).isEqualTo(message);
  }

  /** Its queue of connections is full, so that a further one gets no answer at all. */
  private static final class FullServer implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
    private final List<Socket> queued = new ArrayList<>();

    FullServer() throws IOException {
      boolean full = false;
      while (!full) {
        Socket socket = new Socket();
        queued.add(socket);
        try {
          socket.connect(server.getLocalSocketAddress(), 200);
        } catch (SocketTimeoutException e) {
          full = true;
        }
      }
    }

    int port() {
      return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : queued) {
        socket.close();
      }
      server.close();
    }
  }
}
