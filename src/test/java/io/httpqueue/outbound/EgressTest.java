package io.httpqueue.outbound;

import static io.httpqueue.outbound.Senders.LOCAL;
import static io.httpqueue.outbound.Senders.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.httpqueue.outbound.AddressCheck.Verdict;
import io.httpqueue.outbound.SendResult.Answered;
import io.httpqueue.outbound.SendResult.NotAnswered;
import io.httpqueue.testing.Answer;
import io.httpqueue.testing.ReceivedRequest;
import io.httpqueue.testing.ScriptedReceiver;
import io.httpqueue.testing.TestCertificate;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where requests go, on real sockets. */
class EgressTest {

  private static final String PUBLIC = "93.184.215.14";

  private final ScriptedReceiver receiver = ScriptedReceiver.start();
  private final AtomicInteger lookUps = new AtomicInteger();

  @TempDir private Path directory;

  @AfterEach
  void stop() {
    receiver.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost"})
  void nothingIsSentToAnAddressThatIsBlocked(String host) {
    SendResult result =
        send(LOCAL.allowing(""), URI.create("http://" + host + ":" + receiver.port() + "/"));

    assertFailure(result, FailureClass.BLOCKED_ADDRESS);
    assertThat(((NotAnswered) result).message()).contains("loopback");
    assertThat(receiver.requests()).isEmpty();
  }

  @Test
  void anAnswerThatChangesAfterTheCheckGainsNothing() throws Exception {
    Senders senders = LOCAL.allowing("").lookingUp(inTurn(PUBLIC, "127.0.0.1"));
    try (NameLookup names = new NameLookup(senders.names())) {
      AddressCheck check = new AddressCheck(senders.guard(), names, false);
      assertThat(check.check(named())).isEqualTo(new Verdict.Allowed());
    }

    SendResult result = send(senders, named());

    assertFailure(result, FailureClass.BLOCKED_ADDRESS);
    assertThat(receiver.requests()).isEmpty();
  }

  @Test
  void whatIsConnectedToIsWhatWasChecked() {
    // A second look-up for the same connection would find nothing to connect to.
    Senders senders = LOCAL.lookingUp(inTurn("127.0.0.1", "10.0.0.1", "127.0.0.1", "10.0.0.1"));
    receiver.answer("/", Answer.status(200).withHeader("Connection", "close"));
    try (HttpSender sender = senders.start()) {

      assertThat(sender.send(post(named()))).isInstanceOf(Answered.class);
      assertThat(lookUps).hasValue(1);
      // Every attempt that connects is checked anew.
      assertFailure(sender.send(post(named())), FailureClass.BLOCKED_ADDRESS);
      assertThat(sender.send(post(named()))).isInstanceOf(Answered.class);
      assertThat(lookUps).hasValue(3);
    }
  }

  /** The library would look it up, and verify it, in Unicode. */
  @Test
  void anInternationalNameIsLookedUpAndVerifiedAsItStandsInItsUrl() throws Exception {
    List<String> names = new CopyOnWriteArrayList<>();
    TestCertificate certificate = TestCertificate.of("dns:xn--bcher-kva.example", directory);
    Senders senders =
        LOCAL
            .trusting(certificate.pem())
            .lookingUp(
                host -> {
                  names.add(host);
                  return addresses("127.0.0.1");
                });
    try (ScriptedReceiver secure = ScriptedReceiver.startTls(certificate.server());
        TestProxy proxy = TestProxy.to(secure.port())) {
      URI url = URI.create("https://xn--bcher-kva.example:%d/".formatted(secure.port()));

      assertThat(send(senders, url)).isInstanceOf(Answered.class);
      assertThat(send(senders.through(proxy.url()), url)).isInstanceOf(Answered.class);

      assertThat(names).containsExactly("xn--bcher-kva.example");
      assertThat(secure.requests().getFirst().header("Host"))
          .isEqualTo("xn--bcher-kva.example:" + secure.port());
      assertThat(proxy.heads().getFirst()).startsWith("CONNECT xn--bcher-kva.example:");
    }
  }

  @Test
  void ofManyAddressesTheBlockedOnesAreLeftOut() {
    Senders senders =
        LOCAL.lookingUp(
            host ->
                new InetAddress[] {
                  InetAddress.ofLiteral("10.0.0.1"),
                  InetAddress.ofLiteral("169.254.169.254"),
                  InetAddress.ofLiteral("127.0.0.1")
                });

    assertThat(send(senders, named())).isInstanceOf(Answered.class);
  }

  @Test
  void portsAreHeldTo() {
    SendResult result = send(LOCAL.allowingPorts("443"), receiver.url("/"));

    assertFailure(result, FailureClass.BLOCKED_ADDRESS);
    assertThat(receiver.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://2130706433/", "http://127.1/", "http://0x7f.1/", "http:///x"})
  void nothingIsSentToHostsInOddSpellings(String url) {
    assertFailure(send(LOCAL, URI.create(url)), FailureClass.BLOCKED_ADDRESS);
  }

  @Test
  void theCheckAtRegistrationSaysWhatAnAttemptWouldFind() throws Exception {
    NameLookup.Source source =
        host ->
            switch (host) {
              case "public.example" -> addresses(PUBLIC);
              case "mixed.example" -> addresses("10.0.0.1", PUBLIC);
              case "private.example" -> addresses("10.0.0.1", "fd00::1");
              default -> throw new UnknownHostException(host);
            };
    try (NameLookup names = new NameLookup(source)) {
      AddressCheck check = new AddressCheck(LOCAL.allowing("").guard(), names, false);

      assertThat(check.check(URI.create("https://public.example/")))
          .isEqualTo(new Verdict.Allowed());
      assertThat(check.check(URI.create("https://mixed.example/")))
          .isEqualTo(new Verdict.Allowed());
      assertThat(check.check(URI.create("https://" + PUBLIC))).isEqualTo(new Verdict.Allowed());
      assertThat(check.check(URI.create("https://private.example/")))
          .isInstanceOf(Verdict.Refused.class);
      assertThat(check.check(URI.create("https://169.254.169.254/latest/meta-data")))
          .isEqualTo(
              new Verdict.Refused("requests may not go to 169.254.169.254, which is link-local"));
      assertThat(check.check(URI.create("https://nowhere.example/")))
          .isEqualTo(new Verdict.NotFound("no address for host nowhere.example"));
    }
  }

  @Test
  void theProxyIsAskedForTheNameAndNothingIsLookedUpHere() {
    try (TestProxy proxy = TestProxy.to(receiver.port());
        HttpSender sender =
            LOCAL.allowing("").through(proxy.url()).lookingUp(inTurn("10.0.0.1")).start()) {
      URI url = URI.create("http://receiver.example:8081/hook");

      assertThat(sender.send(post(url))).isInstanceOf(Answered.class);
      assertThat(sender.send(post(url))).isInstanceOf(Answered.class);

      assertThat(proxy.heads())
          .containsExactly(
              "CONNECT receiver.example:8081 HTTP/1.1\r\nHost: receiver.example:8081\r\n\r\n");
      assertThat(receiver.requests())
          .extracting(ReceivedRequest::target)
          .containsExactly("/hook", "/hook");
      assertThat(receiver.requests().getFirst().header("Host")).isEqualTo("receiver.example:8081");
      assertThat(lookUps).hasValue(0);
    }
  }

  @Test
  void addressesAreCheckedHereEvenWithAProxy() {
    try (TestProxy proxy = TestProxy.to(receiver.port())) {
      SendResult result =
          send(
              LOCAL.allowing("").through(proxy.url()),
              URI.create("http://169.254.169.254/latest/meta-data"));

      assertFailure(result, FailureClass.BLOCKED_ADDRESS);
      assertThat(proxy.heads()).isEmpty();
    }
  }

  @Test
  void tlsIsVerifiedWithTheReceiverBehindTheProxy() throws Exception {
    TestCertificate certificate = TestCertificate.of("dns:receiver.example", directory);
    try (ScriptedReceiver secure = ScriptedReceiver.startTls(certificate.server());
        TestProxy proxy = TestProxy.to(secure.port());
        HttpSender sender = LOCAL.trusting(certificate.pem()).through(proxy.url()).start()) {

      assertThat(sender.send(post(URI.create("https://receiver.example/"))))
          .isInstanceOf(Answered.class);
      assertFailure(sender.send(post(URI.create("https://other.example/"))), FailureClass.TLS);
      assertThat(proxy.heads().getFirst()).startsWith("CONNECT receiver.example:443 HTTP/1.1\r\n");
    }
  }

  @Test
  void aProxyThatRefusesIsAConnectFailure() {
    try (TestProxy proxy = TestProxy.refusing(403)) {
      SendResult result = send(LOCAL.through(proxy.url()), URI.create("http://receiver.example/"));

      assertFailure(result, FailureClass.CONNECT);
      assertThat(((NotAnswered) result).message())
          .isEqualTo("the egress proxy made no connection to receiver.example:80, status 403");
    }
  }

  @Test
  void aProxyThatIsNotThereIsAConnectFailure() {
    SendResult result =
        send(LOCAL.through("http://127.0.0.1:1"), URI.create("http://receiver.example/"));

    assertFailure(result, FailureClass.CONNECT);
    assertThat(((NotAnswered) result).message()).isEqualTo("no connection to the egress proxy");
  }

  @Test
  void aCertificateThatNobodyVouchesForIsATlsFailure() throws Exception {
    TestCertificate certificate = TestCertificate.of("ip:127.0.0.1", directory);
    try (ScriptedReceiver secure = ScriptedReceiver.startTls(certificate.server())) {

      assertFailure(send(LOCAL, secure.url("/")), FailureClass.TLS);
      assertThat(secure.requests()).isEmpty();
    }
  }

  @Test
  void aCertificateOfTheOwnBundleIsTrusted() throws Exception {
    TestCertificate certificate = TestCertificate.of("ip:127.0.0.1", directory);
    Senders trusting = LOCAL.trusting(certificate.pem());
    try (ScriptedReceiver secure = ScriptedReceiver.startTls(certificate.server());
        HttpSender sender = trusting.start()) {

      assertThat(sender.send(post(secure.url("/")))).isInstanceOf(Answered.class);
      assertThat(sender.send(post(secure.url("/")))).isInstanceOf(Answered.class);
      assertThat(secure.requests().get(0).connection())
          .isEqualTo(secure.requests().get(1).connection());
    }
  }

  @Test
  void aTrustedCertificateOfAnotherNameIsATlsFailure() throws Exception {
    TestCertificate certificate = TestCertificate.of("dns:other.example", directory);
    Senders trusting = LOCAL.trusting(certificate.pem());
    try (ScriptedReceiver secure = ScriptedReceiver.startTls(certificate.server())) {

      assertFailure(send(trusting, secure.url("/")), FailureClass.TLS);
      assertThat(secure.requests()).isEmpty();
    }
  }

  private URI named() {
    return URI.create("http://receiver.example:" + receiver.port() + "/");
  }

  private static SendResult send(Senders senders, URI url) {
    try (HttpSender sender = senders.start()) {
      return sender.send(post(url));
    }
  }

  /** A name server that gives another answer each time. */
  private NameLookup.Source inTurn(String... answers) {
    return host -> addresses(answers[lookUps.getAndIncrement() % answers.length]);
  }

  private static InetAddress[] addresses(String... texts) {
    return Arrays.stream(texts).map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
  }

  private static void assertFailure(SendResult result, FailureClass failure) {
    assertThat(result).isInstanceOf(NotAnswered.class);
    assertThat(((NotAnswered) result).failure()).isEqualTo(failure);
  }
}
