package io.httpqueue.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets every wait that names no limit go on for a minute: on a busy machine a condition comes late,
 * and one that never comes fails all the same. JUnit finds it as a service.
 */
public final class PatientWaits implements BeforeAllCallback {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(LIMIT);
    // Another class may run beside, and a thread of its servers may die.
    Awaitility.doNotCatchUncaughtExceptionsByDefault();
  }
}
