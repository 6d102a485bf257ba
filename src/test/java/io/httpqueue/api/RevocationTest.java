package io.httpqueue.api;

import static io.httpqueue.api.GuardedServer.code;
import static io.httpqueue.api.GuardedServer.list;
import static io.httpqueue.api.MethodCalls.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.httpqueue.access.ApiKeys;
import io.httpqueue.access.CreatedKey;
import io.httpqueue.access.NamespaceScope;
import io.httpqueue.access.NewApiKey;
import io.httpqueue.access.Role;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Two servers that share their keys, and what they do without their database. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RevocationTest {

  private static TestDatabase database;

  /** Learns of a revocation by being told only. */
  private static TestServer told;

  /** Looks again and again. */
  private static TestServer looking;

  private static ApiKeys keys;

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    told = server("1m");
    looking = server("200ms");
    keys = looking.part(ApiKeys.class);
  }

  private static TestServer server(String recheckInterval) {
    return TestServer.start(
        database,
        "httpqueue.access.authentication=required",
        "httpqueue.access.recheck-interval=" + recheckInterval,
        "httpqueue.database.connection-timeout=1s");
  }

  @AfterAll
  static void stop() {
    told.close();
    looking.close();
    database.close();
  }

  @Test
  void everyServerRefusesARevokedKeyWithinSeconds() {
    CreatedKey key = make();
    assertThat(call(told, key)).isEqualTo(Status.Code.OK);
    assertThat(call(looking, key)).isEqualTo(Status.Code.OK);

    keys.revoke(key.id());
    for (TestServer server : List.of(told, looking)) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> call(server, key), Status.Code.UNAUTHENTICATED::equals);
    }
  }

  @Test
  void aServerThatWasNotToldLearnsOfItByTheNextRecheck() {
    CreatedKey key = make();
    assertThat(call(looking, key)).isEqualTo(Status.Code.OK);

    database
        .jdbc()
        .sql("UPDATE api_key SET revoked_at = now() WHERE id = :id")
        .param("id", key.id().value())
        .update();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> call(looking, key), Status.Code.UNAUTHENTICATED::equals);
  }

  /** Last: it breaks the connections of all pools, which are mended only as they are used. */
  @Test
  @Order(Integer.MAX_VALUE)
  void withoutPostgresKeysInUseGoOnAndOthersAreUnavailable() throws Exception {
    CreatedKey used = make();
    CreatedKey unused = make();
    assertThat(reflect(looking, used)).isEqualTo(Status.Code.OK);
    String name = database.jdbc().sql("SELECT current_database()").query(String.class).single();
    String elsewhere = database.jdbcUrl().replace('/' + name, "/postgres");
    try (Connection connection = DriverManager.getConnection(elsewhere);
        Statement postgres = connection.createStatement()) {
      postgres.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
      try {
        postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'"
                .formatted(name));
        assertThat(reflect(looking, unused)).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(reflect(looking, used)).isEqualTo(Status.Code.OK);
        assertThat(reflect(looking, null)).isEqualTo(Status.Code.UNAUTHENTICATED);
      } finally {
        postgres.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
      }
    }
    await().until(() -> reflect(looking, unused), Status.Code.OK::equals);
  }

  @Test
  void aServerThatAnybodyCouldUseDoesNotStartOutsideDevelopment() {
    assertThatThrownBy(
            () ->
                TestServer.start(
                        database,
                        "httpqueue.access.authentication=off",
                        "httpqueue.telemetry.environment=production")
                    .close())
        .rootCause()
        .isInstanceOf(UnsafeSettingsException.class)
        .hasMessageContaining("HTTPQUEUE_AUTH=off", "HTTPQUEUE_API_ADDRESS=127.0.0.1");
  }

  private static CreatedKey make() {
    return keys.create(new NewApiKey("", Role.ADMIN, NamespaceScope.ALL, null, null));
  }

  private static Status.Code call(TestServer server, CreatedKey key) {
    return code(
        () ->
            server
                .client()
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(key.text())))
                .listWebhooks(list("n")));
  }

  /** A call that needs a key, and no database. */
  private static Status.Code reflect(TestServer server, @Nullable CreatedKey key) {
    return MethodCalls.call(
            server.channel(),
            io.grpc.reflection.v1.ServerReflectionGrpc.getServerReflectionInfoMethod(),
            key == null ? new io.grpc.Metadata() : bearer(key.text()),
            com.google.protobuf.DynamicMessage.getDefaultInstance(
                io.grpc.reflection.v1.ServerReflectionRequest.getDescriptor()))
        .code();
  }
}
