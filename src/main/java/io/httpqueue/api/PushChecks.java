package io.httpqueue.api;

import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.event.EventTypes;
import io.httpqueue.event.EventTypes.SchemaFindings;
import io.httpqueue.event.NewEvent;
import java.time.Clock;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Whether an event may be accepted: of this caller, by the contract, and by its type's schema.
 * Thread-safe.
 */
@Component
class PushChecks {

  private final PushEventRules rules;
  private final EventTypes types;

  PushChecks(EventTypes types, Clock clock) {
    this.rules = new PushEventRules(clock);
    this.types = types;
  }

  /**
   * An event that may be accepted.
   *
   * @param schemaViolations how its payload breaks its type's schema, where the type only warns
   */
  record CheckedPush(NewEvent event, List<String> schemaViolations) {}

  /** Whether {@link #read} has to wait for a read of the database. */
  boolean readsFirst(PushEventRequest request) {
    return types.readsFirst(request.getNamespace(), request.getEvent());
  }

  /**
   * Counts towards the limit of the caller, whose call must run on this thread. May read the
   * database where a namespace's types are not known yet.
   *
   * @throws PermissionDeniedException if the caller may not push into the namespace
   * @throws io.httpqueue.access.RateLimitedException if the caller has pushed too many
   * @throws InvalidRequestException if anything is wrong
   */
  CheckedPush read(PushEventRequest request) {
    Caller.current().admitPush(request.getNamespace());
    NewEvent event = rules.read(request);
    SchemaFindings findings = types.check(event);
    if (findings.refused()) {
      Violations violations = new Violations();
      findings.violations().forEach(violation -> violations.add("payload", violation));
      violations.throwIfAny();
    }
    return new CheckedPush(event, findings.violations());
  }
}
