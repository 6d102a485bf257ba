package io.httpqueue.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ApiSettingsTest {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withInitializer(new ConfigDataApplicationContextInitializer())
          .withUserConfiguration(Settings.class);

  @EnableConfigurationProperties(ApiSettings.class)
  static class Settings {}

  @Test
  void theDefaultsAreAllowed() {
    runner.run(context -> assertThat(context).hasSingleBean(ApiSettings.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "port=65536",
        "port=-1",
        "max-message-size=1MB",
        "max-message-size=65MB",
        "max-message-size=-1B",
        "shutdown-grace=-1s",
        "shutdown-grace=301s",
        "keep-alive-time=9s",
        "keep-alive-time=25h",
        "min-client-keep-alive-time=0s",
        "min-client-keep-alive-time=25h",
        "address=localhost",
        "address=",
        "max-metadata-size=1000B",
        "max-metadata-size=2MB",
        "max-concurrent-calls=0",
        "max-concurrent-calls=100001",
        "max-connection-age=999ms",
        "max-connection-age=31d",
        "max-connection-age-grace=25h"
      })
  void aValueOutOfBoundsStopsTheStart(String setting) {
    runner
        .withPropertyValues("httpqueue.api." + setting)
        .run(
            context ->
                assertThat(
                        Stream.iterate(
                                context.getStartupFailure(),
                                failure -> failure != null,
                                Throwable::getCause)
                            .map(Throwable::toString))
                    .anySatisfy(
                        text ->
                            assertThat(text.replace("-", "").toLowerCase(Locale.ROOT))
                                .contains(
                                    setting.substring(0, setting.indexOf('=')).replace("-", ""))));
  }
}
