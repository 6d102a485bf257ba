package io.httpqueue.api;

import static io.httpqueue.api.GuardedServer.code;
import static io.httpqueue.api.GuardedServer.failure;
import static io.httpqueue.api.GuardedServer.list;
import static io.httpqueue.api.GuardedServer.push;
import static io.httpqueue.api.GuardedServer.register;
import static io.httpqueue.api.GuardedServer.status;
import static io.httpqueue.api.MethodCalls.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.httpqueue.access.CreatedKey;
import io.httpqueue.access.NamespaceScope;
import io.httpqueue.access.NewApiKey;
import io.httpqueue.access.Role;
import io.httpqueue.api.MethodCalls.Ended;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Keys, good and bad, and what is left of a call that was made with one. */
@Isolated("What is logged is compared.")
@ExtendWith(OutputCaptureExtension.class)
class AuthenticationTest {

  private static final String OWN = "own";
  private static final String OTHER = "other";

  private static GuardedServer server;
  private static String admin;
  private static String publisher;
  private static String reader;

  @BeforeAll
  static void start() {
    server = new GuardedServer();
    admin = server.make(Role.ADMIN).text();
    publisher = server.make(Role.PUBLISHER, OWN).text();
    reader = server.make(Role.READER, OWN).text();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hq_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "Bearer",
        "Bearer ",
        "Bearer hq_",
        "Bearer hq_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "Basic aHE6aHE=",
        "Bearer hq_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA~"
      })
  void withoutAGoodKeyNothingIsDone(String authorization) {
    Metadata headers = new Metadata();
    if (!authorization.isEmpty()) {
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    }
    Stream.concat(
            WebhookServiceGrpc.getServiceDescriptor().getMethods().stream(),
            io.httpqueue.api.legacy.WebhookServiceGrpc.getServiceDescriptor().getMethods().stream())
        .forEach(
            method -> {
              Ended ended =
                  MethodCalls.call(
                      server.server().channel(),
                      method,
                      headers,
                      MethodCalls.request(method, Map.of("namespace", OWN)));
              assertThat(ended.code())
                  .as(method.getFullMethodName())
                  .isEqualTo(Status.Code.UNAUTHENTICATED);
            });
  }

  @Test
  void revokedAndExpiredKeysAreAnsweredAsUnknownOnes() {
    CreatedKey revoked = server.make(Role.ADMIN);
    assertThat(server.stub(revoked.text()).listWebhooks(list(OWN)).getSuccess()).isTrue();
    assertThat(server.keys().revoke(revoked.id())).isTrue();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> code(() -> server.stub(revoked.text()).listWebhooks(list(OWN))),
            Status.Code.UNAUTHENTICATED::equals);

    String expiring =
        server
            .keys()
            .create(new NewApiKey("", Role.ADMIN, NamespaceScope.ALL, null, Duration.ofSeconds(3)))
            .text();
    assertThat(server.stub(expiring).listWebhooks(list(OWN)).getSuccess()).isTrue();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> code(() -> server.stub(expiring).listWebhooks(list(OWN))),
            Status.Code.UNAUTHENTICATED::equals);
  }

  @Test
  void healthNeedsNoKeyAndReflectionNeedsAny() throws Exception {
    assertThat(
            HealthGrpc.newBlockingStub(server.server().channel())
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isNotEqualTo(ServingStatus.UNRECOGNIZED);
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    reflect(new Metadata(), answers).onCompleted();
    assertThat(answers.poll(10, TimeUnit.SECONDS)).contains("UNAUTHENTICATED");
    reflect(bearer(reader), answers).onCompleted();
    assertThat(answers.poll(10, TimeUnit.SECONDS)).contains("httpqueue.v1.WebhookService");
  }

  @Test
  void aStreamEndsWithItsKey() throws Exception {
    CreatedKey key = server.make(Role.READER);
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    StreamObserver<ServerReflectionRequest> stream = reflect(bearer(key.text()), answers);
    assertThat(answers.poll(10, TimeUnit.SECONDS)).contains("httpqueue.v1.WebhookService");

    server.keys().revoke(key.id());
    await()
        .until(
            () -> code(() -> server.stub(key.text()).listWebhooks(list(OWN))),
            Status.Code.UNAUTHENTICATED::equals);
    stream.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(answers.poll(10, TimeUnit.SECONDS)).contains("UNAUTHENTICATED");
  }

  @Test
  void headerValuesAreForAdminsOnly() {
    server
        .stub(admin)
        .registerWebhook(
            RegisterWebhookRequest.newBuilder()
                .setNamespace(OWN)
                .addEvents("*")
                .setUrl("http://127.0.0.1:1/")
                .putHeaders("X-Token", "sesame")
                .build());
    assertThat(headers(admin)).isEqualTo(Map.of("X-Token", "sesame"));
    assertThat(headers(reader)).isEqualTo(Map.of("X-Token", "***"));
  }

  private static Map<String, String> headers(String key) {
    return server.stub(key).listWebhooks(list(OWN)).getWebhooks(0).getHeadersMap();
  }

  @Test
  void pushesBeyondTheRateOfTheKeyAreResourceExhaustedWithATimeToRetry() throws Exception {
    String slow =
        server
            .keys()
            .create(new NewApiKey("", Role.PUBLISHER, NamespaceScope.ALL, 0.05, null))
            .text();
    String event = server.stub(slow).pushEvent(push(OWN)).getEventId();

    StatusRuntimeException refused = failure(() -> server.stub(slow).pushEvent(push(OWN)));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    RetryInfo retry = ApiServer.details(refused).getDetails(0).unpack(RetryInfo.class);
    assertThat(retry.getRetryDelay().getSeconds()).isBetween(10L, 20L);
    // Reading is not counted, and neither are other keys.
    assertThat(server.stub(slow).getWebhookStatus(status(event)).getSuccess()).isTrue();
    assertThat(server.stub(publisher).pushEvent(push(OWN)).getSuccess()).isTrue();
  }

  @Test
  void whoChangedWhatIsOnRecordAndNoKeyIsAnywhere(CapturedOutput output) {
    String webhookOfOther = register(server.stub(admin), OTHER);
    CreatedKey key = server.make(Role.ADMIN, "audited");
    register(server.stub(key.text()), "audited");
    server.stub(key.text()).pushEvent(push("audited"));
    server.stub(key.text()).listWebhooks(list("audited"));
    failure(() -> register(server.stub(key.text()), OTHER));
    failure(() -> server.stub(key.text()).unregisterWebhook(unregistration(webhookOfOther)));
    // Strangers of another test may have used up the lines of this second.
    await()
        .until(
            () -> {
              failure(() -> server.stub(key.text()).pushEvent(push(OTHER)));
              return output
                  .toString()
                  .contains(key.id() + " method=httpqueue.v1.WebhookService/PushEvent");
            });

    String line = "audit key=" + key.id() + " method=httpqueue.v1.WebhookService/";
    await()
        .untilAsserted(
            () ->
                assertThat(output.toString().lines().filter(it -> it.contains(key.id().toString())))
                    .satisfiesExactlyInAnyOrder(
                        it ->
                            assertThat(it)
                                .endsWith(line + "RegisterWebhook namespace=\"audited\" result=OK"),
                        it ->
                            assertThat(it)
                                .endsWith(
                                    line
                                        + "RegisterWebhook namespace=\"other\""
                                        + " result=PERMISSION_DENIED"),
                        it ->
                            assertThat(it)
                                .endsWith(line + "UnregisterWebhook namespace=- result=NOT_FOUND"),
                        it ->
                            assertThat(it)
                                .endsWith(
                                    line
                                        + "PushEvent namespace=\"other\""
                                        + " result=PERMISSION_DENIED")));
    assertThat(output.toString()).doesNotContain("hq_", "Bearer");
    for (String row : dump()) {
      assertThat(row).doesNotContain("hq_").doesNotContain(key.text().substring(3));
    }
  }

  private static UnregisterWebhookRequest unregistration(String id) {
    return UnregisterWebhookRequest.newBuilder().setWebhookId(id).build();
  }

  /** Every row of every table, as text. */
  private static List<String> dump() {
    List<String> tables =
        server
            .server()
            .jdbc()
            .sql(
                """
                SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
                WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
                """)
            .query((row, _) -> row.getString(1))
            .list();
    assertThat(tables).contains("public.api_key", "public.jobrunr_jobs");
    return tables.stream()
        .flatMap(
            table ->
                server
                    .server()
                    .jdbc()
                    .sql("SELECT t::text FROM %s t".formatted(table))
                    .query((row, _) -> row.getString(1))
                    .list()
                    .stream())
        .toList();
  }

  private static StreamObserver<ServerReflectionRequest> reflect(
      Metadata headers, BlockingQueue<String> answers) {
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(server.server().channel())
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse answer) {
                    answers.add(answer.toString());
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answers.add(failure.toString());
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    return requests;
  }
}
