package io.httpqueue;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The rules of CONTRIBUTING that the compiler cannot hold. */
class ArchitectureTest {

  private static final Path SOURCES = Path.of("src/main/java/io/httpqueue");
  private static final String DATABASE_CONFIGURATION =
      "io.httpqueue.database.DatabaseConfiguration";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.httpqueue");

  static Stream<String> packages() throws IOException {
    try (Stream<Path> entries = Files.list(SOURCES)) {
      return entries
          .filter(Files::isDirectory)
          .map(directory -> directory.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  /** "May use webhook, event and database." */
  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesNoOthersThanItsDescriptionSays(String name) throws IOException {
    Set<String> others = new TreeSet<>(packages().toList());
    others.remove(name);
    others.removeAll(mayUse(name));
    String[] forbidden =
        others.stream().map(other -> "io.httpqueue." + other + "..").toArray(String[]::new);
    check(
        noClasses()
            .that()
            .resideInAPackage("io.httpqueue." + name + "..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(forbidden));
  }

  private static List<String> mayUse(String name) throws IOException {
    String text = Files.readString(SOURCES.resolve(name).resolve("package-info.java"));
    assertThat(text).contains("@NullMarked");
    Matcher sentence =
        Pattern.compile("May use ([a-z, ]+)\\.").matcher(text.replaceAll("[\\s*]+", " "));
    return sentence.find() ? Arrays.asList(sentence.group(1).split(", | and ", -1)) : List.of();
  }

  @Test
  void packagesFormNoCycle() {
    check(slices().matching("io.httpqueue.(*)..").should().beFreeOfCycles());
  }

  @Test
  void onlyTheQueueKnowsJobRunr() {
    only("queue", "org.jobrunr..");
  }

  @Test
  void onlyOutboundKnowsAnHttpClient() {
    only("outbound", "org.apache.hc..", "java.net.http..");
  }

  @Test
  void onlyTheApiKnowsGrpc() {
    only("api", "io.grpc..", "net.devh..", "com.google.protobuf..", "com.google.rpc..");
  }

  @Test
  void onlyTheFilterKnowsCel() {
    only("filter", "dev.cel..");
  }

  private static void only(String name, String... libraries) {
    check(
        noClasses()
            .that()
            // The generated classes of the second service name live in a package of their own.
            .resideInAPackage("io.httpqueue..")
            .and()
            .resideOutsideOfPackage("io.httpqueue." + name + "..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(libraries));
  }

  @Test
  void onlyTheClockBeanAsksForTheTime() {
    ArchRule rule =
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName(DATABASE_CONFIGURATION)
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");
    check(rule);
  }

  @Test
  void onlyTheChanceBeanThrowsDice() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class, ThreadLocalRandom.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(UUID.class, "randomUUID"));
  }

  @Test
  void theRootHoldsTheApplicationAlone() throws IOException {
    try (Stream<Path> entries = Files.list(SOURCES)) {
      assertThat(entries.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .containsExactly("HttpQueueApplication.java");
    }
  }

  @Test
  void fieldsAreNotInjected() {
    check(noFields().should().beAnnotatedWith(Autowired.class));
  }

  /** The check of the settings at the start finds them by that. */
  @Test
  void whatHoldsSettingsIsCalledSo() {
    check(
        noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Settings")
            .should()
            .beAnnotatedWith(ConfigurationProperties.class));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
