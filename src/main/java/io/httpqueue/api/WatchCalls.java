package io.httpqueue.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.httpqueue.api.v1.WatchDeliveriesRequest;
import io.httpqueue.api.v1.WatchDeliveriesResponse;
import io.httpqueue.delivery.ChangeJournal;
import io.httpqueue.webhook.WebhookId;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** The calls that watch deliveries, each on a virtual thread of its own. Thread-safe. */
@Component
class WatchCalls {

  private final DeliveryLookup lookup;
  private final ChangeJournal journal;
  private final ErrorStatuses errors;
  private final Set<WatchCall> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  WatchCalls(DeliveryLookup lookup, ChangeJournal journal, ErrorStatuses errors) {
    this.lookup = lookup;
    this.journal = journal;
    this.errors = errors;
  }

  /** Begins to answer a call, until its client or this server ends it. */
  void begin(
      WatchDeliveriesRequest request, ServerCallStreamObserver<WatchDeliveriesResponse> answer) {
    PageToken token =
        new PageToken("WatchDeliveries", request.getNamespace(), request.getWebhookId());
    Violations violations = new Violations();
    NameRules.checkName("namespace", request.getNamespace(), violations);
    @Nullable WebhookId webhook = DeliveryRules.optionalWebhook(request.getWebhookId(), violations);
    Optional<UUID> after =
        token.read("resume_token", "resume_token", request.getResumeToken(), violations);
    violations.throwIfAny();
    lookup.checkWebhook(request.getNamespace(), webhook);
    WatchCall call =
        new WatchCall(
            answer,
            token,
            () ->
                journal.open(
                    request.getNamespace(),
                    webhook,
                    after.map(UUID::getLeastSignificantBits).orElse(null)),
            errors);
    running.add(call);
    call.start(() -> running.remove(call));
    if (stopping) {
      call.stop();
    }
  }

  /** Before the gRPC server waits for its calls, these would not end by themselves. */
  @EventListener(ContextClosedEvent.class)
  void stop() {
    stopping = true;
    running.forEach(WatchCall::stop);
  }
}
