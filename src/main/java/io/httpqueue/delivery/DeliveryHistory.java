package io.httpqueue.delivery;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * What became of deliveries, for as long as they are kept. It reads what is committed and changes
 * nothing. Thread-safe.
 */
@Component
public class DeliveryHistory {

  private final DeliveryHistoryRepository repository;

  DeliveryHistory(DeliveryHistoryRepository repository) {
    this.repository = repository;
  }

  /** One page of the deliveries of a webhook or of an event, newest first. */
  public DeliveryPage page(DeliveryQuery query) {
    // One more than the page holds tells whether another page follows.
    List<Delivery> found = repository.page(query, query.limit() + 1);
    boolean hasMore = found.size() > query.limit();
    List<Delivery> deliveries = hasMore ? found.subList(0, query.limit()) : found;
    if (query.includeAttempts()) {
      deliveries = withAttempts(deliveries);
    }
    return new DeliveryPage(deliveries, repository.count(query), hasMore);
  }

  /** A delivery with all its attempts; empty if there is none, or none any more. */
  public Optional<Delivery> find(DeliveryId id) {
    return withAttempts(repository.find(List.of(id))).stream().findFirst();
  }

  /** The namespace of an event; empty if there is no such event, or none any more. */
  public Optional<String> namespaceOfEvent(UUID eventId) {
    return repository.namespaceOfEvent(eventId);
  }

  private List<Delivery> withAttempts(List<Delivery> deliveries) {
    Map<UUID, List<Attempt>> attempts =
        repository.attempts(deliveries.stream().map(Delivery::id).toList());
    return deliveries.stream()
        .map(
            delivery ->
                delivery.withAttempts(attempts.getOrDefault(delivery.id().value(), List.of())))
        .toList();
  }
}
