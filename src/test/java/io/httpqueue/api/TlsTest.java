package io.httpqueue.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.httpqueue.testing.PemIdentity;
import io.httpqueue.testing.TestDatabase;
import io.httpqueue.testing.TestPostgres;
import io.httpqueue.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import net.devh.boot.grpc.server.config.GrpcServerProperties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** One server that speaks TLS and asks clients for certificates. */
@Isolated("What is logged is counted.")
@ExtendWith(OutputCaptureExtension.class)
class TlsTest {

  private static final String NAME = "ip:127.0.0.1";

  @TempDir private static Path directory;
  private static PemIdentity first;
  private static PemIdentity second;
  private static PemIdentity client;
  private static Path cert;
  private static Path key;
  private static Path clientCa;
  private static TestDatabase database;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    first = PemIdentity.of(NAME, directory);
    second = PemIdentity.of(NAME, directory);
    client = PemIdentity.of("dns:client", directory);
    cert = Files.copy(first.certificate(), directory.resolve("cert.pem"));
    key = Files.copy(first.key(), directory.resolve("key.pem"));
    clientCa = Files.copy(client.certificate(), directory.resolve("ca.pem"));
    database = TestPostgres.freshDatabase();
    server =
        TestServer.start(
            database,
            "httpqueue.tls.cert=" + cert,
            "httpqueue.tls.key=" + key,
            "httpqueue.tls.client-ca=" + clientCa,
            "httpqueue.tls.reload-interval=100ms");
  }

  @AfterAll
  static void stop() {
    server.close();
    database.close();
  }

  @Test
  void onlyClientsWithACertificateOfTheAuthorityGetIn() throws Exception {
    assertThat(call(first, client)).isEqualTo(Status.Code.OK);
    assertThat(call(first, null)).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(call(first, second)).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(call(second, client)).isEqualTo(Status.Code.UNAVAILABLE);
    ManagedChannel plain =
        Grpc.newChannelBuilder("127.0.0.1:" + port(), InsecureChannelCredentials.create()).build();
    try {
      assertThat(check(plain)).isEqualTo(Status.Code.UNAVAILABLE);
    } finally {
      plain.shutdownNow();
    }
  }

  @Test
  void changedFilesCountForNewConnectionsAndOpenOnesGoOn(CapturedOutput output) throws Exception {
    ManagedChannel open = channel(first, client);
    try {
      assertThat(check(open)).isEqualTo(Status.Code.OK);

      // A certificate without its key: as in the middle of a change, or a mistake.
      replace(second.certificate(), cert);
      await().until(() -> output.toString().contains("the old ones go on: the key in " + key));
      assertThat(call(first, client)).isEqualTo(Status.Code.OK);

      replace(second.key(), key);
      replace(second.certificate(), clientCa);
      await().until(() -> call(second, second) == Status.Code.OK);
      assertThat(call(first, client)).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(call(second, client)).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(check(open)).isEqualTo(Status.Code.OK);

      Files.writeString(cert, "nonsense", US_ASCII);
      await().until(() -> output.toString().contains(cert + " holds no certificate"));
      Files.delete(key);
      await().until(() -> output.toString().contains(key + " cannot be read"));
      assertThat(call(second, second)).isEqualTo(Status.Code.OK);
      assertThat(output.toString().split("holds no certificate", -1)).hasSize(2);
    } finally {
      replace(first.certificate(), cert);
      replace(first.key(), key);
      replace(client.certificate(), clientCa);
      await().until(() -> call(first, client) == Status.Code.OK);
      open.shutdownNow();
    }
  }

  @Test
  void filesThatCannotBeUsedAreToldInALine() throws Exception {
    PemFile good = new PemFile(first.certificate());
    PemFile goodKey = new PemFile(first.key());
    assertRefused(good, new PemFile(second.key()), "is not that of the certificate in");
    assertRefused(good, good, "holds no RSA or EC key in PKCS #8");
    assertRefused(goodKey, goodKey, "holds no certificate");
    assertRefused(new PemFile(directory.resolve("none")), goodKey, "cannot be read (NoSuchFile");
    assertThatThrownBy(() -> settings(good, null, null)).hasMessageContaining("set both or none");
    assertThatThrownBy(() -> settings(null, null, good))
        .hasMessageContaining("HTTPQUEUE_TLS_CLIENT_CA needs");
  }

  private static void assertRefused(PemFile cert, PemFile key, String told) {
    assertThatThrownBy(() -> new TlsIdentity(settings(cert, key, null)))
        .isInstanceOf(TlsFileException.class)
        .hasMessageContaining(told);
  }

  private static TlsSettings settings(
      @Nullable PemFile cert, @Nullable PemFile key, @Nullable PemFile clientCa) {
    return new TlsSettings(cert, key, clientCa, Duration.ofSeconds(1));
  }

  private static void replace(Path from, Path to) throws Exception {
    Path beside = Files.copy(from, to.resolveSibling("new"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** How a call over a connection of its own ends. */
  private static Status.Code call(PemIdentity trusted, @Nullable PemIdentity shown)
      throws Exception {
    ManagedChannel channel = channel(trusted, shown);
    try {
      return check(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  private static ManagedChannel channel(PemIdentity trusted, @Nullable PemIdentity shown)
      throws Exception {
    TlsChannelCredentials.Builder credentials =
        TlsChannelCredentials.newBuilder().trustManager(trusted.certificate().toFile());
    if (shown != null) {
      credentials.keyManager(shown.certificate().toFile(), shown.key().toFile());
    }
    return Grpc.newChannelBuilder("127.0.0.1:" + port(), credentials.build()).build();
  }

  private static int port() {
    return server.part(GrpcServerProperties.class).getPort();
  }

  private static Status.Code check(ManagedChannel channel) {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance()));
    return failure == null ? Status.Code.OK : failure.getStatus().getCode();
  }
}
