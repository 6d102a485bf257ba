package io.httpqueue.outbound;

import static io.httpqueue.outbound.Senders.LOCAL;
import static io.httpqueue.outbound.Senders.LONG;
import static io.httpqueue.outbound.Senders.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import io.httpqueue.testing.IssuedCertificate;
import io.httpqueue.testing.IssuedCertificate.Wish;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Client certificates, on real TLS connections. */
@Isolated("Sets properties of the JVM.")
class MutualTlsTest {

  private static final IssuedCertificate SERVER =
      IssuedCertificate.selfSigned(Wish.of("receiver").withNames("ip:127.0.0.1"));
  private static final IssuedCertificate AUTHORITY =
      IssuedCertificate.selfSigned(Wish.of("authority").thatIssues());
  private static final IssuedCertificate ALICE = AUTHORITY.issue(Wish.of("alice"));
  private static final IssuedCertificate BOB = AUTHORITY.issue(Wish.of("bob"));

  @TempDir private static Path directory;

  private static Senders trusting;

  @BeforeAll
  static void trust() throws IOException {
    trusting = LOCAL.trusting(Files.writeString(directory.resolve("ca.pem"), SERVER.chainPem()));
  }

  @AfterAll
  static void forget() {
    trusting = LOCAL;
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void aReceiverThatWantsACertificateGetsTheWebhooksOwn(String algorithm) {
    IssuedCertificate client = AUTHORITY.issue(Wish.of("client").withAlgorithm(algorithm));
    try (ScriptedReceiver receiver = ScriptedReceiver.startMutualTls(SERVER.server(AUTHORITY));
        HttpSender sender = trusting.start()) {

      assertThat(sender.send(as(identity(client), receiver.url("/")))).isInstanceOf(Answered.class);

      assertThat(receiver.requests())
          .extracting(ReceivedRequest::client)
          .containsExactly("CN=client");
    }
  }

  @Test
  void withoutACertificateThatTheReceiverTrustsNothingArrives() {
    IssuedCertificate stranger = IssuedCertificate.selfSigned(Wish.of("stranger"));
    try (ScriptedReceiver receiver = ScriptedReceiver.startMutualTls(SERVER.server(AUTHORITY));
        HttpSender sender = trusting.start()) {

      assertRefused(sender.send(as(null, receiver.url("/"))));
      assertRefused(sender.send(as(identity(stranger), receiver.url("/"))));

      assertThat(receiver.requests()).isEmpty();
    }
  }

  @Test
  void noWebhookUsesAnothersConnectionOrSession() {
    ClientIdentity alice = identity(ALICE);
    ClientIdentity bob = identity(BOB);
    // Another webhook with the certificate of the first.
    ClientIdentity twin = identity(ALICE);
    try (ScriptedReceiver receiver = ScriptedReceiver.startCuriousTls(SERVER.server(AUTHORITY));
        HttpSender sender = trusting.start()) {

      for (ClientIdentity next : new ClientIdentity[] {null, alice, null, bob, alice, twin, null}) {
        assertThat(sender.send(as(next, receiver.url("/")))).isInstanceOf(Answered.class);
      }

      assertThat(receiver.requests())
          .extracting(ReceivedRequest::client)
          .containsExactly(null, "CN=alice", null, "CN=bob", "CN=alice", "CN=alice", null);
      int[] connections =
          receiver.requests().stream().mapToInt(ReceivedRequest::connection).toArray();
      assertThat(connections[2]).isEqualTo(connections[0]);
      assertThat(connections[6]).isEqualTo(connections[0]);
      assertThat(connections[4]).isEqualTo(connections[1]);
      assertThat(receiver.requests().stream().map(ReceivedRequest::connection).distinct())
          .hasSize(4);
    }
  }

  @Test
  void aKeyOfTheJvmIsShownToNobody() {
    String[] names = {"javax.net.ssl.keyStore", "javax.net.ssl.keyStoreType"};
    System.setProperty(names[0], directory.resolve("none.p12").toString());
    System.setProperty(names[1], "PKCS12");
    try (ScriptedReceiver receiver = ScriptedReceiver.startCuriousTls(SERVER.server(AUTHORITY));
        HttpSender sender = trusting.start()) {

      assertThat(sender.send(post(receiver.url("/")))).isInstanceOf(Answered.class);

      assertThat(receiver.requests().getFirst().client()).isNull();
    } finally {
      System.clearProperty(names[0]);
      System.clearProperty(names[1]);
    }
  }

  @Test
  void nothingOfTheKeyIsInItsText() {
    assertThat(identity(ALICE)).hasToString("ClientIdentity[CN=alice]");
  }

  private static ClientIdentity identity(IssuedCertificate certificate) {
    return new ClientIdentity(certificate.chain(), certificate.key());
  }

  private static OutboundRequest as(@Nullable ClientIdentity identity, URI url) {
    return new OutboundRequest(url, Map.of(), new byte[] {'1'}, LONG, identity);
  }

  // In TLS 1.3 the handshake is over when the receiver refuses, and its reason may be lost in the
  // connection's end.
  private static void assertRefused(SendResult result) {
    assertThat(result).isInstanceOf(NotAnswered.class);
    assertThat(((NotAnswered) result).failure()).isIn(FailureClass.TLS, FailureClass.PROTOCOL);
  }
}
