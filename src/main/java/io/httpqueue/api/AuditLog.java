package io.httpqueue.api;

import io.grpc.Status;
import io.httpqueue.access.ApiKey;
import io.httpqueue.telemetry.LineBudget;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for each call that changes something, and for each that was refused for who made
 * it. Pushes that are let in and calls that only read get none. No line holds a value of the
 * request but its namespace.
 *
 * <p>Refusals can be many: of those that change nothing at most ten a second are written, and the
 * rest is counted in the next line. Thread-safe.
 */
final class AuditLog {

  private static final Logger log = LoggerFactory.getLogger("io.httpqueue.audit");
  private static final int REFUSALS_PER_SECOND = 10;

  private final LineBudget refusals = new LineBudget(REFUSALS_PER_SECOND, System::nanoTime);

  /**
   * @param caller null if it is not known who it was
   * @param rule null for a method of another service
   */
  void record(
      @Nullable Caller caller, @Nullable MethodRule rule, String fullMethod, Status status) {
    Status.Code code = status.getCode();
    boolean refused = code == Status.Code.UNAUTHENTICATED || code == Status.Code.PERMISSION_DENIED;
    if (caller != null && rule != null && rule.changes()) {
      write(caller, fullMethod, code, 0);
    } else if (refused) {
      refusals.admit().ifPresent(leftOut -> write(caller, fullMethod, code, leftOut));
    }
  }

  private static void write(
      @Nullable Caller caller, String method, Status.Code code, long leftOut) {
    @Nullable ApiKey key = caller == null ? null : caller.key();
    @Nullable String namespace = caller == null ? null : caller.namespace();
    log.info(
        "audit key={} method={} namespace={} result={}{}",
        key == null ? "none" : key.id(),
        method,
        namespace == null ? "-" : Violations.shown(namespace),
        code,
        leftOut == 0 ? "" : " refused_before=" + leftOut);
  }
}
