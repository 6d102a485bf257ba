package io.httpqueue.delivery;

import io.httpqueue.webhook.WebhookRegistry;
import io.httpqueue.webhook.WebhookSigners;
import org.springframework.stereotype.Component;

/** What all lanes of a server use. */
@Component
record LaneServices(
    WebhookRegistry webhooks,
    DueDeliveryRepository deliveries,
    KeyOrderRepository keys,
    LaneConditionRepository conditions,
    WebhookSigners signers,
    ClientIdentities identities,
    AttemptRunner runner,
    EventContents contents,
    OutcomeWriter outcomes,
    RecordedOutcomes recorded,
    DeliveryStats stats,
    OperationalEvents events,
    FairShare fairShare,
    PayloadMemory payloads,
    BacklogPace backlogPace,
    LaneQueue queue,
    LaneStarts starts,
    DeliverySettings settings,
    BreakerSettings breaker) {}
