package io.httpqueue.queue;

import io.httpqueue.settings.Range;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * JobRunr's dashboard. The defaults stand in {@code application.yaml}.
 *
 * @param port 0 takes any that is free
 * @param password empty where it is off
 */
@ConfigurationProperties("httpqueue.dashboard")
record DashboardSettings(
    boolean enabled, @Range(from = "0", to = "65535") int port, String username, String password) {

  private static final int MIN_PASSWORD = 12;

  DashboardSettings {
    if (enabled && (username.isBlank() || password.length() < MIN_PASSWORD)) {
      throw new IllegalArgumentException(
          "HTTPQUEUE_DASHBOARD_ENABLED=true needs HTTPQUEUE_DASHBOARD_USERNAME, and"
              + " HTTPQUEUE_DASHBOARD_PASSWORD with at least 12 characters");
    }
  }

  @Override
  public String toString() {
    return "DashboardSettings[enabled=%s, port=%d]".formatted(enabled, port);
  }
}
