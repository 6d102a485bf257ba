package io.httpqueue.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.springframework.core.env.StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

import io.httpqueue.testing.TestCertificate;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@Isolated("What is logged is compared.")
@ExtendWith(OutputCaptureExtension.class)
class OutboundConfigurationTest {

  private static final URI LOOPBACK = URI.create("http://127.0.0.1:8080/");
  private static final URI LOOPBACK_6 = URI.create("http://[::1]:8080/");
  private static final URI PRIVATE = URI.create("http://10.0.0.1/");

  private final ApplicationContextRunner server =
      new ApplicationContextRunner()
          .withInitializer(new ConfigDataApplicationContextInitializer())
          .withUserConfiguration(OutboundConfiguration.class);

  @Test
  void loopbackIsAllowedInDevelopmentWithTheEmbeddedDatabaseAndTheStartSaysSo(
      CapturedOutput output) {
    assertThat(allowed(List.of(), LOOPBACK, LOOPBACK_6)).isTrue();
    assertThat(allowed(List.of(), PRIVATE)).isFalse();
    assertThat(output).contains("HTTPQUEUE_EGRESS_ALLOW");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ENVIRONMENT=production",
        "ENVIRONMENT=staging",
        "httpqueue.database.url=postgres://db.example/httpqueue",
        "httpqueue.egress.allow=",
        "httpqueue.egress.allow=10.0.0.0/8"
      })
  void otherwiseItIsNotAllowed(String setting, CapturedOutput output) {
    assertThat(allowed(List.of(setting), LOOPBACK)).isFalse();
    assertThat(allowed(List.of(setting), LOOPBACK_6)).isFalse();
    assertThat(output).doesNotContain("HTTPQUEUE_EGRESS_ALLOW");
  }

  @Test
  void aVariableThatIsSetToNothingReplacesTheDefaultToo(CapturedOutput output) {
    Map<String, Object> variables = Map.of("HTTPQUEUE_EGRESS_ALLOW", "");
    server
        .withInitializer(
            context ->
                context
                    .getEnvironment()
                    .getPropertySources()
                    .replace(
                        SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                            SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables)))
        .run(
            context ->
                assertThat(context.getBean(AddressGuard.class).problem(LOOPBACK))
                    .contains("loopback"));
    assertThat(output).doesNotContain("HTTPQUEUE_EGRESS_ALLOW");
  }

  @Test
  void theSettingsReachTheGuard() {
    assertThat(allowed(List.of("httpqueue.egress.allow=10.0.0.0/8"), PRIVATE)).isTrue();
    assertThat(
            allowed(
                List.of("httpqueue.egress.allow=10.0.0.0/8", "httpqueue.egress.deny=10.0.0.1"),
                PRIVATE))
        .isFalse();
    assertThat(allowed(List.of("httpqueue.egress.ports=443"), LOOPBACK)).isFalse();
    assertThat(allowed(List.of("httpqueue.egress.ports=443,8000-9000"), LOOPBACK)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "httpqueue.egress.allow=all",
        "httpqueue.egress.deny=10.0.0.0/33",
        "httpqueue.egress.ports=http",
        "httpqueue.egress.proxy=proxy.example",
        "httpqueue.egress.ca-bundle=/no/such/file.pem"
      })
  void aWrongSettingStopsTheStart(String setting) {
    server.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          10.0.0.1/8            | holds 10.0.0.1/8, whose address has bits beyond the prefix
          10.0.0.0/33           | holds 10.0.0.0/33, whose prefix is not from 0 to 32
          10.0.0.0/             | holds 10.0.0.0/, whose prefix is not from 0 to 32
          10.0.0.0/08           | holds 10.0.0.0/08, whose prefix is not from 0 to 32
          fd00::/129            | holds fd00::/129, whose prefix is not from 0 to 128
          fd00::1/64            | holds fd00::1/64, whose address has bits beyond the prefix
          example.com           | holds example.com, which is not of the form 10.0.0.0/8 or fd00::/8
          10.0/8                | holds 10.0/8, which is not of the form 10.0.0.0/8 or fd00::/8
          127.0.0.1,            | holds , which is not of the form 10.0.0.0/8 or fd00::/8
          fe80::1%eth0          | holds fe80::1%eth0, which is not of the form 10.0.0.0/8 or fd00::/8
          """)
  void wrongRangesAreNamed(String text, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressRanges.from(text))
        .withMessage(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "80-", "-80", "90-80", "80,,90", "1-2-3", "+80", "http"})
  void wrongPortsAreRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> AllowedPorts.from(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy.example:3128",
        "https://proxy.example:3128",
        "socks5://proxy.example:1080",
        "http://proxy.example",
        "http://user:secret@proxy.example:3128",
        "http://proxy.example:3128/path",
        "http://proxy.example:99999",
        "http://:3128",
        "not a url"
      })
  void otherProxiesAreRefusedWithoutRepeatingThem(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EgressProxy.from(text))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }

  @Test
  void aProxyIsReadWithOrWithoutASlash() {
    assertThat(EgressProxy.from("http://proxy.example:3128/"))
        .isEqualTo(new EgressProxy("proxy.example", 3128));
    assertThat(EgressProxy.from("http://[fd00::1]:3128"))
        .isEqualTo(new EgressProxy("fd00::1", 3128));
    assertThat(EgressProxy.from(" ")).isNull();
  }

  @Test
  void aBundleOfSeveralCertificatesIsReadAndOthersAreRefused(@TempDir Path directory)
      throws Exception {
    Path bundle = directory.resolve("bundle.pem");
    String one = Files.readString(TestCertificate.of("dns:a.example", directory).pem());
    String two = Files.readString(TestCertificate.of("dns:b.example", directory).pem());
    Files.writeString(bundle, "# two of ours\n" + one + two);
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    Path text = Files.writeString(directory.resolve("text.pem"), "not a certificate");

    CaBundle read = Objects.requireNonNull(CaBundle.from(bundle.toString()));

    assertThat(read.authorities()).hasSize(2);
    for (Path wrong : List.of(empty, text, directory.resolve("none.pem"), directory)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CaBundle.from(wrong.toString()))
          .withMessageContaining(wrong.toString());
    }
  }

  private boolean allowed(List<String> settings, URI... urls) {
    List<Boolean> results = new ArrayList<>();
    server
        .withPropertyValues(settings.toArray(String[]::new))
        .run(
            context -> {
              AddressGuard guard = context.getBean(AddressGuard.class);
              for (URI url : urls) {
                results.add(guard.problem(url) == null);
              }
            });
    assertThat(results).hasSize(urls.length);
    return !results.contains(false);
  }
}
