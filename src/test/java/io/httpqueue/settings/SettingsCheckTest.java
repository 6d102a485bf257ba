package io.httpqueue.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;

class SettingsCheckTest {

  private static final SettingsCatalog CATALOG = SettingsCatalog.find();

  @Test
  void everySettingHasItsDefaultAndItsRecord() {
    assertThat(CATALOG.withoutDefault()).as("not in application.yaml").isEmpty();
    assertThat(CATALOG.withoutRecord()).as("in no settings record").isEmpty();
  }

  @Test
  void takesTheDefaults() {
    assertThat(problems(Map.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTPQUEUE_DATABASE_CONNECTIONS|3|a whole number from 4 to 500",
        "HTTPQUEUE_DATABASE_CONNECTIONS|many|a whole number from 4 to 500",
        "HTTPQUEUE_DATABASE_CONNECTIONS|''|a whole number from 4 to 500",
        "GRPC_PORT|65536|a whole number from 0 to 65535",
        "OTEL_TRACE_SAMPLE_RATE|1.1|a number from 0.0 to 1.0",
        "OTEL_TRACE_SAMPLE_RATE|all|a number from 0.0 to 1.0",
        "OTEL_TRACE_SAMPLE_RATE|NaN|a number from 0.0 to 1.0",
        "OTEL_EXPORTER_OTLP_ENDPOINT|localhost:4318|an http or https URL",
        "ENVIRONMENT|a=b,c=d|1 to 63 letters, digits, '.', '_' or '-'",
        "HTTPQUEUE_DATABASE_STARTUP_WAIT|2h|a duration from 0s to" + " 1h",
        "HTTPQUEUE_DATABASE_STARTUP_WAIT|soon|a duration from 0s to" + " 1h",
        "HTTPQUEUE_RETENTION_KEEP|12h|a duration from 1d to 3650d",
        "HTTPQUEUE_INTAKE_QUEUE_SIZE|0B|a size above 0, such as 4MB",
        "HTTPQUEUE_API_MAX_MESSAGE_SIZE|1MB|a size from 2MB to 64MB",
        "HTTPQUEUE_API_MAX_MESSAGE_SIZE|65MB|a size from 2MB to 64MB",
        "HTTPQUEUE_API_MAX_METADATA_SIZE|1000B|a size from 1KB to 1MB",
        "HTTPQUEUE_API_MAX_METADATA_SIZE|2MB|a size from 1KB to 1MB",
        "HTTPQUEUE_DELIVERY_MAX_PAYLOAD_IN_FLIGHT|7MB|a size from 8MB to 64GB",
        "HTTPQUEUE_AUTH|maybe|required, off",
        "HTTPQUEUE_ACCESS_PUSHES_PER_SECOND|-1|a number from 0 to 1000000",
        "HTTPQUEUE_LOG_LEVEL|loud|trace, debug, info, warn, error, fatal, off",
      })
  void namesTheSettingTheValueAndWhatIsAllowed(String variable, String value, String allowed) {
    assertThat(problems(Map.of(variable, value)))
        .containsExactly("%s=%s is not allowed; allowed: %s".formatted(variable, value, allowed));
  }

  @ParameterizedTest
  @CsvSource({
    "GRPC_PORT, -1",
    "HTTPQUEUE_API_ADDRESS, localhost",
    "HTTPQUEUE_API_ADDRESS, ''",
    "HTTPQUEUE_API_MAX_MESSAGE_SIZE, -1B",
    "HTTPQUEUE_API_SHUTDOWN_GRACE, -1s",
    "HTTPQUEUE_API_SHUTDOWN_GRACE, 301s",
    "HTTPQUEUE_API_KEEP_ALIVE_TIME, 9s",
    "HTTPQUEUE_API_KEEP_ALIVE_TIME, 25h",
    "HTTPQUEUE_API_MIN_CLIENT_KEEP_ALIVE_TIME, 0s",
    "HTTPQUEUE_API_MIN_CLIENT_KEEP_ALIVE_TIME, 25h",
    "HTTPQUEUE_API_MAX_CONCURRENT_CALLS, 0",
    "HTTPQUEUE_API_MAX_CONCURRENT_CALLS, 100001",
    "HTTPQUEUE_API_MAX_CONNECTION_AGE, 999ms",
    "HTTPQUEUE_API_MAX_CONNECTION_AGE, 31d",
    "HTTPQUEUE_API_MAX_CONNECTION_AGE_GRACE, 25h",
    "HTTPQUEUE_OUTBOUND_MAX_CONNECTIONS, 0",
    "HTTPQUEUE_OUTBOUND_MAX_CONNECTIONS_PER_RECEIVER, 100001",
    "HTTPQUEUE_OUTBOUND_CONNECT_TIMEOUT, 10ms",
    "HTTPQUEUE_OUTBOUND_IDLE_TIMEOUT, 0s",
    "HTTPQUEUE_OUTBOUND_MAX_CONNECTION_AGE, 25h",
  })
  void refusesWhatIsOutOfBounds(String variable, String value) {
    assertThat(problems(Map.of(variable, value))).singleElement().asString().startsWith(variable);
  }

  static Stream<Setting> rangesOfSettings() {
    Set<Class<?>> types = Set.of(int.class, long.class, double.class, Duration.class);
    return CATALOG.settings().stream()
        .filter(
            setting ->
                types.contains(setting.type())
                    || setting.component().isAnnotationPresent(Range.class));
  }

  @ParameterizedTest
  @MethodSource("rangesOfSettings")
  void takesBothBoundsOfEveryNumberAndDurationAndOfSizesThatHaveThem(Setting setting) {
    Range range = setting.component().getAnnotation(Range.class);
    assertThat(range).isNotNull();
    for (String bound : List.of(range.from(), range.to())) {
      // Some are refused together with the others' defaults, and then not by the name of one.
      assertThat(problems(Map.of(setting.variable(), bound)))
          .noneMatch(problem -> problem.contains("is not allowed; allowed: a "));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTPQUEUE_TLS_CERT, /none.pem, set both or none",
    "HTTPQUEUE_TLS_CLIENT_CA, /none.pem, HTTPQUEUE_TLS_CLIENT_CA needs",
    "HTTPQUEUE_DASHBOARD_ENABLED, true, HTTPQUEUE_DASHBOARD_PASSWORD with at least 12 characters"
  })
  void whatIsOnlyGoodTogetherIsAskedForTogether(String variable, String value, String told) {
    assertThat(problems(Map.of(variable, value))).singleElement().asString().contains(told);
  }

  @Test
  void theKeyOfAClientInTheSameTerminalIsNoUnknownSetting() {
    assertThat(problems(Map.of("HTTPQUEUE_API_KEY", "hq_key"))).isEmpty();
  }

  @Test
  void doesNotRepeatAWrongDatabaseUrl() {
    assertThat(problems(Map.of("DATABASE_URL", "mysql://me:secret@db/app")))
        .singleElement()
        .asString()
        .startsWith("DATABASE_URL ")
        .contains("postgres://user:password@host:5432/database")
        .doesNotContain("secret");
  }

  @Test
  void doesNotRepeatAWrongEncryptionKey() {
    assertThat(problems(Map.of("HTTPQUEUE_ENCRYPTION_KEYS", "first:c2VjcmV0")))
        .singleElement()
        .asString()
        .startsWith("HTTPQUEUE_ENCRYPTION_KEYS has no key of the form name:key at place 1")
        .doesNotContain("c2Vj");
  }

  @ParameterizedTest
  @CsvSource({
    "HTTPQUEUE_DATABASE_CONECTIONS, 9, HTTPQUEUE_DATABASE_CONNECTIONS",
    "HTTPQUEUE_DATABASE_STARTUPWAIT, 9s, HTTPQUEUE_DATABASE_STARTUP_WAIT",
    "HTTPQUEUE_DATABASE_URL, postgres://db/app, DATABASE_URL",
    "HTTPQUEUE_API_PORT, 9, GRPC_PORT",
  })
  void refusesUnknownVariablesAndSuggestsTheNearest(String unknown, String value, String nearest) {
    assertThat(problems(Map.of(unknown, value)))
        .containsExactly(
            "%s is no setting; the nearest is %s (all: docs/configuration.md)"
                .formatted(unknown, nearest));
  }

  @Test
  void leavesOtherPeoplesVariablesAlone() {
    assertThat(problems(Map.of("PATH", "/bin", "HTTPS_PROXY", "x", "OTEL_SOMETHING", "x")))
        .isEmpty();
  }

  @Test
  void refusesUnknownProperties() {
    StandardEnvironment environment = environment(Map.of());
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("arguments", Map.of("httpqueue.database.urll", "x")));
    assertThat(new SettingsCheck(CATALOG, environment).problems())
        .containsExactly("httpqueue.database.urll is no setting (all: docs/configuration.md)");
  }

  @Test
  void saysEverythingThatIsWrongAtOnce() {
    assertThat(
            problems(
                Map.of("GRPC_PORT", "x", "HTTPQUEUE_RETRY_FACTOR", "0", "HTTPQUEUE_NOTHING", "1")))
        .hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({"abc, abc, 0", "abc, abd, 1", "abc, ab, 1", "abc, xabc, 1", "kitten, sitting, 3"})
  void countsTheLettersThatDiffer(String one, String other, int distance) {
    assertThat(SettingsCheck.distance(one, other)).isEqualTo(distance);
  }

  private static List<String> problems(Map<String, Object> variables) {
    return new SettingsCheck(CATALOG, environment(variables)).problems();
  }

  private static StandardEnvironment environment(Map<String, Object> variables) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .replace(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
    try {
      new YamlPropertySourceLoader()
          .load("defaults", new ClassPathResource(SettingsCatalog.YAML))
          .forEach(environment.getPropertySources()::addLast);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return environment;
  }
}
