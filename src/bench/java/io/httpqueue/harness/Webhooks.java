package io.httpqueue.harness;

import io.httpqueue.api.v1.Ordering;
import io.httpqueue.api.v1.PauseWebhookRequest;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.ResumeWebhookRequest;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** The webhooks of a run: each has a number, which its URL ends with, and the id it was given. */
public record Webhooks(Map<UUID, Integer> numbers) {

  /** The namespace of all of them. */
  public static final String NAMESPACE = "harness";

  public Webhooks {
    numbers = Map.copyOf(numbers);
  }

  /**
   * Registers webhooks with a server.
   *
   * @param count how many, numbered from 0
   * @param patterns the event patterns of each
   */
  public static Webhooks register(
      HttpQueueServer server,
      Receiver receiver,
      int count,
      IntFunction<List<String>> patterns,
      Duration timeout) {
    return register(server, receiver, count, patterns, _ -> Ordering.ORDERING_NONE, timeout);
  }

  /**
   * The same, some of them ordered.
   *
   * @param orderings what order each keeps
   */
  public static Webhooks register(
      HttpQueueServer server,
      Receiver receiver,
      int count,
      IntFunction<List<String>> patterns,
      IntFunction<Ordering> orderings,
      Duration timeout) {
    Map<UUID, Integer> numbers = new HashMap<>();
    for (int i = 0; i < count; i++) {
      RegisterWebhookRequest request =
          RegisterWebhookRequest.newBuilder()
              .setNamespace(NAMESPACE)
              .addAllEvents(patterns.apply(i))
              .setUrl(receiver.url(i).toString())
              .setTimeout((int) timeout.toSeconds())
              .setOrdering(orderings.apply(i))
              .build();
      numbers.put(UUID.fromString(server.client().registerWebhook(request).getWebhookId()), i);
    }
    return new Webhooks(numbers);
  }

  /** Pauses those of some numbers: what is made for them waits. */
  public void pause(HttpQueueServer server, IntPredicate which) {
    ids(which)
        .map(id -> PauseWebhookRequest.newBuilder().setWebhookId(id).build())
        .forEach(request -> server.client().pauseWebhook(request));
  }

  /** Has those of some numbers go on. */
  public void resume(HttpQueueServer server, IntPredicate which) {
    ids(which)
        .map(id -> ResumeWebhookRequest.newBuilder().setWebhookId(id).build())
        .forEach(request -> server.client().resumeWebhook(request));
  }

  private Stream<String> ids(IntPredicate which) {
    return numbers.entrySet().stream()
        .filter(webhook -> which.test(webhook.getValue()))
        .map(webhook -> webhook.getKey().toString());
  }

  /** Unregisters all of them. */
  public void unregister(HttpQueueServer server) {
    for (UUID id : numbers.keySet()) {
      server
          .client()
          .unregisterWebhook(
              UnregisterWebhookRequest.newBuilder().setWebhookId(id.toString()).build());
    }
  }

  /** The number of a webhook. */
  public int number(UUID id) {
    Integer number = numbers.get(id);
    if (number == null) {
      throw new IllegalStateException("the server named a webhook that is not ours: " + id);
    }
    return number;
  }
}
