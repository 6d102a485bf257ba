package io.httpqueue.settings;

import java.util.List;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/** Checks the settings as soon as they are read, before there is a context or a log. */
final class SettingsCheckAtStart implements EnvironmentPostProcessor, Ordered {

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    List<String> problems = new SettingsCheck(SettingsCatalog.find(), environment).problems();
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
  }

  /** After everything that reads settings. */
  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }
}
