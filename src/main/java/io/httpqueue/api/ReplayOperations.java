package io.httpqueue.api;

import io.httpqueue.api.v1.CancelReplayRequest;
import io.httpqueue.api.v1.CancelReplayResponse;
import io.httpqueue.api.v1.GetReplayRequest;
import io.httpqueue.api.v1.GetReplayResponse;
import io.httpqueue.api.v1.ReplayEventsRequest;
import io.httpqueue.api.v1.ReplayEventsResponse;
import io.httpqueue.api.v1.ReplayStatus;
import io.httpqueue.delivery.DeliveryStatus;
import io.httpqueue.delivery.Replay;
import io.httpqueue.delivery.ReplayScope;
import io.httpqueue.delivery.Replays;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Begins, reads and ends replays for clients. Thread-safe. */
@Component
class ReplayOperations {

  private static final int DEFAULT_PER_SECOND = 100;
  private static final int MAX_PER_SECOND = 10_000;
  private static final Set<DeliveryStatus> UNDELIVERED =
      EnumSet.of(DeliveryStatus.FAILED, DeliveryStatus.EXPIRED);

  private final DeliveryLookup lookup;
  private final Replays replays;

  ReplayOperations(DeliveryLookup lookup, Replays replays) {
    this.lookup = lookup;
    this.replays = replays;
  }

  ReplayEventsResponse begin(ReplayEventsRequest request) {
    ReplayScope scope = scope(request);
    lookup.checkWebhook(scope.namespace(), scope.webhook());
    Replay replay =
        replays
            .begin(scope)
            .orElseThrow(
                () ->
                    new FailedPreconditionException(
                        "namespace",
                        scope.namespace(),
                        "%d replays run in this namespace, which is the most"
                            .formatted(replays.maxRunning())));
    return ReplayEventsResponse.newBuilder().setReplay(of(replay)).build();
  }

  GetReplayResponse get(GetReplayRequest request) {
    return GetReplayResponse.newBuilder()
        .setReplay(of(lookup.replay(request.getReplayId())))
        .build();
  }

  CancelReplayResponse cancel(CancelReplayRequest request) {
    replays.cancel(lookup.replay(request.getReplayId()).id());
    return CancelReplayResponse.newBuilder()
        .setReplay(of(lookup.replay(request.getReplayId())))
        .build();
  }

  private static ReplayScope scope(ReplayEventsRequest request) {
    Violations violations = new Violations();
    NameRules.checkName("namespace", request.getNamespace(), violations);
    var webhook = DeliveryRules.optionalWebhook(request.getWebhookId(), violations);
    if (!request.getEvent().isEmpty()) {
      NameRules.checkPattern("event", request.getEvent(), violations);
    }
    Set<DeliveryStatus> statuses = statuses(request, violations);
    if (request.getAcceptedFromMs() == 0) {
      violations.add("accepted_from_ms", "is required: Unix time in milliseconds");
    }
    @Nullable Instant from =
        DeliveryRules.moment("accepted_from_ms", request.getAcceptedFromMs(), violations);
    @Nullable Instant before =
        DeliveryRules.moment("accepted_before_ms", request.getAcceptedBeforeMs(), violations);
    DeliveryRules.checkOrder(from, "accepted_before_ms", before, "accepted_from_ms", violations);
    int perSecond = perSecond(request, violations);
    violations.throwIfAny();
    return new ReplayScope(
        request.getNamespace(),
        webhook,
        request.getEvent().isEmpty() ? null : request.getEvent(),
        statuses,
        from == null ? Instant.EPOCH : from,
        before,
        perSecond);
  }

  private static Set<DeliveryStatus> statuses(ReplayEventsRequest request, Violations violations) {
    Set<DeliveryStatus> statuses =
        DeliveryRules.statuses(request.getStatusesValueList(), violations);
    for (int i = 0; i < request.getStatusesCount(); i++) {
      if (DeliveryMessages.status(request.getStatuses(i)).filter(s -> !s.isEnd()).isPresent()) {
        violations.add(
            "statuses[%d]".formatted(i),
            "is %s, must be a status that a delivery ended in: SUCCESS, FAILED, EXPIRED or CANCELLED"
                .formatted(request.getStatuses(i)));
      }
    }
    return statuses.isEmpty() ? UNDELIVERED : statuses;
  }

  private static int perSecond(ReplayEventsRequest request, Violations violations) {
    int perSecond = request.getDeliveriesPerSecond();
    if (perSecond < 0 || perSecond > MAX_PER_SECOND) {
      violations.add(
          "deliveries_per_second", "is %d, must be 1 to 10000, or 0 for 100".formatted(perSecond));
    }
    return perSecond == 0 ? DEFAULT_PER_SECOND : Math.max(1, perSecond);
  }

  private static io.httpqueue.api.v1.Replay of(Replay replay) {
    return io.httpqueue.api.v1.Replay.newBuilder()
        .setReplayId(replay.id().toString())
        .setRequest(request(replay.scope()))
        .setStatus(status(replay.status()))
        .setExaminedCount(replay.examinedCount())
        .setCreatedCount(replay.createdCount())
        .setSkippedCount(replay.skippedCount())
        .setProgress(replay.progress())
        .setCreatedAt(replay.createdAt().getEpochSecond())
        .setEndedAt(replay.endedAt() == null ? 0 : replay.endedAt().getEpochSecond())
        .build();
  }

  private static ReplayEventsRequest request(ReplayScope scope) {
    ReplayEventsRequest.Builder request =
        ReplayEventsRequest.newBuilder()
            .setNamespace(scope.namespace())
            .setWebhookId(scope.webhook() == null ? "" : scope.webhook().toString())
            .setEvent(scope.eventPattern() == null ? "" : scope.eventPattern())
            .setAcceptedFromMs(scope.acceptedFrom().toEpochMilli())
            .setAcceptedBeforeMs(
                scope.acceptedBefore() == null ? 0 : scope.acceptedBefore().toEpochMilli())
            .setDeliveriesPerSecond(scope.deliveriesPerSecond());
    scope.statuses().stream().sorted().map(DeliveryMessages::status).forEach(request::addStatuses);
    return request.build();
  }

  private static ReplayStatus status(Replay.Status status) {
    return switch (status) {
      case RUNNING -> ReplayStatus.REPLAY_STATUS_RUNNING;
      case DONE -> ReplayStatus.REPLAY_STATUS_DONE;
      case CANCELLED -> ReplayStatus.REPLAY_STATUS_CANCELLED;
    };
  }
}
