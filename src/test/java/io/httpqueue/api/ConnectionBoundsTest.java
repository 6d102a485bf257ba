package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.httpqueue.access.ApiKeys;
import io.httpqueue.access.Authentication;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.devh.boot.grpc.server.config.GrpcServerProperties;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one connection may take of the server. */
class ConnectionBoundsTest {

  private static TestDatabase database;
  private static TestServer server;

  private ManagedChannel channel;

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    server =
        TestServer.start(
            database,
            "httpqueue.api.address=127.0.0.1",
            "httpqueue.api.max-metadata-size=1KB",
            "httpqueue.api.max-concurrent-calls=1",
            "httpqueue.api.max-connection-age=2s",
            "httpqueue.api.max-connection-age-grace=0s");
  }

  @AfterAll
  static void stop() {
    server.close();
    database.close();
  }

  @BeforeEach
  void connect() {
    channel = channelTo("127.0.0.1");
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  @Test
  void aCallWithTooMuchMetadataIsRefused() {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-a", Metadata.ASCII_STRING_MARSHALLER), "a".repeat(400));
    HealthBlockingStub stub =
        HealthGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    assertThat(stub.check(HealthCheckRequest.getDefaultInstance())).isNotNull();

    headers.put(Metadata.Key.of("x-b", Metadata.ASCII_STRING_MARSHALLER), "b".repeat(2000));
    assertThatThrownBy(() -> stub.check(HealthCheckRequest.getDefaultInstance()))
        .isInstanceOf(StatusRuntimeException.class);
  }

  @Test
  void moreCallsThanAConnectionMayHaveWaitAndAnOldConnectionIsEnded() throws Exception {
    CompletableFuture<Status> end = new CompletableFuture<>();
    CompletableFuture<Void> open = new CompletableFuture<>();
    long start = System.nanoTime();
    HealthGrpc.newStub(channel)
        .watch(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(HealthCheckResponse answer) {
                open.complete(null);
              }

              @Override
              public void onError(Throwable failure) {
                end.complete(Status.fromThrowable(failure));
              }

              @Override
              public void onCompleted() {
                end.complete(Status.OK);
              }
            });
    open.get(10, TimeUnit.SECONDS);

    StatusRuntimeException waited =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                    .check(HealthCheckRequest.getDefaultInstance()));
    assertThat(waited.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);

    assertThat(end.get(20, TimeUnit.SECONDS).getCode()).isNotEqualTo(Status.Code.OK);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1500));
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance()))
        .isNotNull();
  }

  @Test
  void onlyTheAddressThatIsSetIsListenedOn() {
    ManagedChannel elsewhere = channelTo("127.0.0.2");
    try {
      StatusRuntimeException failure =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  HealthGrpc.newBlockingStub(elsewhere)
                      .withDeadlineAfter(20, TimeUnit.SECONDS)
                      .check(HealthCheckRequest.getDefaultInstance()));
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    } finally {
      elsewhere.shutdownNow();
    }
  }

  /** This server's calls are not authenticated. */
  @ParameterizedTest
  @CsvSource({
    "*, production, true",
    "10.0.0.1, staging, true",
    "::1, production, false",
    "127.0.0.1, production, false",
    "*, development, false"
  })
  void outsideDevelopmentCallsWithoutAKeyAreForThisMachineOnly(
      String address, String environment, boolean refused) {
    Authentication off = server.part(Authentication.class);
    ThrowingCallable start =
        () ->
            new Exposure(
                ListenAddress.from(address), true, environment, off, server.part(ApiKeys.class));
    if (refused) {
      assertThatThrownBy(start).isInstanceOf(UnsafeSettingsException.class);
    } else {
      assertThatCode(start).doesNotThrowAnyException();
    }
  }

  private static ManagedChannel channelTo(String host) {
    return ManagedChannelBuilder.forAddress(host, server.part(GrpcServerProperties.class).getPort())
        .usePlaintext()
        .build();
  }
}
