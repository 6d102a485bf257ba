package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import io.httpqueue.delivery.IntakePrecedence;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("No virtual thread runs for a moment.")
class PushThreadsTest {

  private static final int TRIES = 5;

  @Test
  void aPushIsAnsweredWhileVirtualThreadsHaveNoProcessor() {
    try (TestDatabase database = TestPostgres.freshDatabase();
        TestServer server = TestServer.start(database)) {
      int tries = 0;
      do {
        // The first of a namespace has its event types read, and so has one after news of them.
        push(server, 30);
        tries++;
      } while (!isAnsweredWithoutVirtualThreads(server) && tries < TRIES);
      assertThat(tries).isLessThan(TRIES);
    }
  }

  @Test
  void pushesOfKnownCallersRunOnThemAndAllElseOnVirtualThreads() {
    try (TestDatabase database = TestPostgres.freshDatabase();
        TestServer open = TestServer.start(database);
        TestServer closed =
            TestServer.start(database, "httpqueue.access.authentication=required")) {
      PushThreads ofAll = open.part(PushThreads.class);
      assertThat(isVirtual(ofAll, WebhookServiceGrpc.getPushEventMethod(), "any")).isFalse();
      assertThat(
              isVirtual(
                  ofAll, io.httpqueue.api.legacy.WebhookServiceGrpc.getPushEventMethod(), "any"))
          .isFalse();
      assertThat(isVirtual(ofAll, WebhookServiceGrpc.getListWebhooksMethod(), "any")).isTrue();
      PushThreads ofKnown = closed.part(PushThreads.class);
      String stranger = "hq_" + "0".repeat(43);
      assertThat(isVirtual(ofKnown, WebhookServiceGrpc.getPushEventMethod(), "bad")).isFalse();
      assertThat(isVirtual(ofKnown, WebhookServiceGrpc.getPushEventMethod(), stranger)).isTrue();
    }
  }

  @Test
  void pushesThatWaitForTheDatabaseHoldNoneOfThem() {
    try (TestDatabase database = TestPostgres.freshDatabase();
        TestServer server = TestServer.start(database)) {
      push(server, 30);
      List<ListenableFuture<PushEventResponse>> waiting =
          database
              .transactions()
              .execute(
                  _ -> {
                    database.jdbc().sql("LOCK TABLE event_type").update();
                    var first = firstPushesOfNamespaces(server, 2 * PushThreads.count());
                    database.awaitBlocked("event_type");
                    push(server, 5);
                    assertThat(first).noneMatch(Future::isDone);
                    return first;
                  });
      assertThat(waiting).allSatisfy(answer -> assertThat(answer.get().getEventId()).isNotEmpty());
    }
  }

  @Test
  void aCommitOfPushesIsWhatABacklogGivesWayTo() throws Exception {
    try (TestDatabase database = TestPostgres.freshDatabase();
        TestServer server = TestServer.start(database)) {
      push(server, 30);
      IntakePrecedence precedence = server.part(IntakePrecedence.class);
      var pushed =
          precedence.<Future<PushEventResponse>>goFirst(
              () -> {
                var push =
                    WebhookServiceGrpc.newFutureStub(server.client().getChannel())
                        .pushEvent(event("shop"));
                await().until(() -> isIn(IntakePrecedence.class, "event-intake"));
                assertThat(push.isDone()).isFalse();
                return push;
              });
      assertThat(pushed.get().getEventId()).isNotEmpty();
    }
  }

  private static boolean isIn(Class<?> type, String thread) {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(each -> each.getKey().getName().equals(thread))
        .flatMap(each -> Stream.of(each.getValue()))
        .anyMatch(frame -> frame.getClassName().equals(type.getName()));
  }

  private static List<ListenableFuture<PushEventResponse>> firstPushesOfNamespaces(
      TestServer server, int count) {
    var client = WebhookServiceGrpc.newFutureStub(server.client().getChannel());
    return IntStream.range(0, count)
        .mapToObj(i -> client.pushEvent(event("unknown-" + i)))
        .toList();
  }

  private static boolean isAnsweredWithoutVirtualThreads(TestServer server) {
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger busy = new AtomicInteger();
    int processors = Runtime.getRuntime().availableProcessors();
    try {
      for (int i = 0; i < processors; i++) {
        Thread.startVirtualThread(
            () -> {
              busy.incrementAndGet();
              while (!enough.get()) {
                Thread.onSpinWait();
              }
            });
      }
      await().until(() -> busy.get() == processors);
      push(server, 5);
      return true;
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      return false;
    } finally {
      enough.set(true);
    }
  }

  private static void push(TestServer server, int seconds) {
    assertThat(
            server
                .client()
                .withDeadlineAfter(seconds, TimeUnit.SECONDS)
                .pushEvent(event("threads"))
                .getEventId())
        .isNotEmpty();
  }

  private static PushEventRequest event(String namespace) {
    return PushEventRequest.newBuilder()
        .setNamespace(namespace)
        .setEvent("e")
        .setPayload("{}")
        .build();
  }

  private static boolean isVirtual(PushThreads threads, MethodDescriptor<?, ?> method, String key) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
    Executor executor = threads.getExecutor(new Call<>(method), headers);
    return CompletableFuture.supplyAsync(() -> Thread.currentThread().isVirtual(), executor).join();
  }

  /** Is asked for its method only. */
  private static final class Call<Q, A> extends ServerCall<Q, A> {

    private final MethodDescriptor<Q, A> method;

    Call(MethodDescriptor<Q, A> method) {
      this.method = method;
    }

    @Override
    public MethodDescriptor<Q, A> getMethodDescriptor() {
      return method;
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(A message) {}

    @Override
    public void close(Status status, Metadata trailers) {}

    @Override
    public boolean isCancelled() {
      return false;
    }
  }
}
