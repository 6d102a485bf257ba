package io.httpqueue.delivery;

import io.httpqueue.database.ServerMessages;
import io.httpqueue.database.UuidV7;
import io.httpqueue.delivery.LaneMessage.Cancelled;
import io.httpqueue.delivery.LaneMessage.HandedOver;
import io.httpqueue.delivery.LaneMessage.LookAgain;
import io.httpqueue.delivery.LaneMessage.NewDeliveries;
import io.httpqueue.webhook.WebhookId;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Sees to it that deliveries which have become due are worked on: tells the lane where it runs, or
 * has it started. Thread-safe.
 */
@Component
public class LaneWaker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LaneWaker.class);
  private static final String TOPIC = "deliveries";
  private static final String LOOK_AGAIN = "look-again";
  private static final String CANCELLED = "cancelled";
  private static final int WEBHOOKS_PER_MESSAGE = 200;

  /**
   * Retries that are further away than this are left to the sweep, which finds them within seconds,
   * or a minute.
   */
  private static final Duration TIMER_HORIZON = Duration.ofMinutes(15);

  /** When a lane that was relied upon has ended meanwhile, its webhook waits for so long. */
  private static final Duration CONFIRM_AFTER = Duration.ofMillis(200);

  private final LaneRepository lanes;
  private final LocalLanes localLanes;
  private final LanesElsewhere lanesElsewhere = new LanesElsewhere();
  private final LaneStarter starter;
  private final ServerMessages messages;
  private final HandOvers handOvers;
  private final Map<WebhookId, Long> timers = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("lane-timer").factory());

  LaneWaker(
      LaneRepository lanes,
      LocalLanes localLanes,
      LaneStarter starter,
      ServerMessages messages,
      HandOvers handOvers) {
    this.lanes = lanes;
    this.localLanes = localLanes;
    this.starter = starter;
    this.messages = messages;
    this.handOvers = handOvers;
    messages.subscribe(TOPIC, this::receive);
    messages.subscribe(LOOK_AGAIN, this::lookAgain);
    messages.subscribe(CANCELLED, this::cancelled);
    messages.afterGap(() -> localLanes.tellAll(new LookAgain()));
  }

  /**
   * Deliveries have been committed for these webhooks. Blocks while lanes are started.
   *
   * @param from all of the new ids are greater
   */
  public void wake(Collection<WebhookId> webhooks, UUID from) {
    List<WebhookId> elsewhere =
        webhooks.stream()
            .filter(webhook -> !localLanes.tell(webhook, new NewDeliveries(from)))
            .toList();
    if (!elsewhere.isEmpty()) {
      tellOtherServers(wakeSleeping(elsewhere), from);
    }
  }

  /**
   * Deliveries have been committed and are due: the webhook's lane need not read them. Never
   * blocks.
   *
   * @return false if it does not run here, and is to be woken
   */
  public boolean handOver(WebhookId webhook, List<NewDelivery> deliveries) {
    return localLanes.tell(webhook, new HandedOver(deliveries));
  }

  /**
   * Deliveries have been committed and are due, for webhooks whose lanes do not run here: lanes on
   * other servers need not read them either. Has a lane started where there is none. Blocks
   * meanwhile.
   *
   * @param made of webhooks without an order
   */
  public void handOverElsewhere(Map<WebhookId, List<NewDelivery>> made) {
    long now = System.nanoTime();
    // One may have begun here meanwhile.
    Map<Boolean, List<WebhookId>> isKnown =
        made.keySet().stream()
            .filter(webhook -> !handOver(webhook, made.getOrDefault(webhook, List.of())))
            .collect(Collectors.partitioningBy(webhook -> lanesElsewhere.isKnown(webhook, now)));
    List<WebhookId> known = isKnown.getOrDefault(true, List.of());
    if (lanesElsewhere.relyUpon(known)) {
      var _ = timer.schedule(this::confirm, CONFIRM_AFTER.toMillis(), TimeUnit.MILLISECONDS);
    }
    try {
      send(known, made);
    } finally {
      List<WebhookId> unknown = isKnown.getOrDefault(false, List.of());
      if (!unknown.isEmpty()) {
        send(startOrFind(unknown, made, now), made);
      }
    }
  }

  private void send(List<WebhookId> webhooks, Map<WebhookId, List<NewDelivery>> made) {
    if (messages.isFillingUp()) {
      leaveToBeRead(webhooks, made);
    } else {
      handOvers.send(deliveries(webhooks, made).toList());
    }
  }

  private void leaveToBeRead(List<WebhookId> webhooks, Map<WebhookId, List<NewDelivery>> made) {
    deliveries(webhooks, made)
        .map(NewDelivery::id)
        .min(Comparator.naturalOrder())
        .ifPresent(first -> tellOtherServers(webhooks, UuidV7.floor(first)));
  }

  /** Has lanes started, and returns those of the webhooks that have one running. */
  private List<WebhookId> startOrFind(
      List<WebhookId> unknown, Map<WebhookId, List<NewDelivery>> made, long now) {
    List<WebhookId> awake = wakeSleeping(unknown);
    Set<WebhookId> running = Set.copyOf(lanes.running(awake));
    lanesElsewhere.confirmed(unknown, running, now);
    // Their lanes are about to start, or nothing may be sent for now.
    leaveToBeRead(awake.stream().filter(webhook -> !running.contains(webhook)).toList(), made);
    return List.copyOf(running);
  }

  private static Stream<NewDelivery> deliveries(
      List<WebhookId> webhooks, Map<WebhookId, List<NewDelivery>> made) {
    return webhooks.stream().flatMap(webhook -> made.getOrDefault(webhook, List.of()).stream());
  }

  /** A lane that was relied upon may have ended before it was told. */
  private void confirm() {
    List<WebhookId> webhooks = lanesElsewhere.takeReliedUpon();
    try {
      long now = System.nanoTime();
      lanesElsewhere.confirmed(webhooks, lanes.running(wakeSleeping(webhooks)), now);
    } catch (DataAccessException e) {
      log.debug("The sweep will wake {} webhooks: {}", webhooks.size(), e.getMessage());
    }
  }

  /** A delivery of the webhook is due that its lane may have passed over, as for a retry. */
  void wakeForRetry(WebhookId webhook) {
    if (!localLanes.tell(webhook, new LookAgain()) && !wakeSleeping(List.of(webhook)).isEmpty()) {
      messages.publish(LOOK_AGAIN, webhook.toString());
    }
  }

  /** A delivery was cancelled: its lane need not send it any more, and may have others to send. */
  void tellCancelled(WebhookId webhook, DeliveryId delivery) {
    messages.publish(CANCELLED, webhook + " " + delivery);
  }

  /**
   * Has a lane started for each of the webhooks that has none, and returns the others: those have
   * one on some server, or will have one in a moment.
   */
  List<WebhookId> wakeSleeping(Collection<WebhookId> webhooks) {
    List<LaneStart> woken = lanes.wake(webhooks);
    start(woken, () -> starter.start(woken));
    Set<WebhookId> awake = new HashSet<>(webhooks);
    woken.forEach(start -> awake.remove(start.webhookId()));
    return List.copyOf(awake);
  }

  /** Has a lane started for each of the webhooks that has none, by whichever server is first. */
  void wakeAnywhere(Collection<WebhookId> webhooks) {
    List<LaneStart> woken = lanes.wake(webhooks);
    start(woken, () -> starter.startAnywhere(woken));
  }

  private void start(List<LaneStart> woken, Runnable start) {
    if (woken.isEmpty()) {
      return;
    }
    try {
      start.run();
    } catch (RuntimeException e) {
      woken.forEach(lanes::cancelStart);
      throw e;
    }
  }

  /**
   * Has the webhook's lane woken after a time: its next retry, or a delivery that was to wait, is
   * due then. Never blocks.
   */
  public void wakeIn(WebhookId webhook, Duration delay) {
    long at = System.nanoTime() + delay.toNanos();
    // The earliest counts; a later one finds what is due after it when its lane looks.
    if (delay.compareTo(TIMER_HORIZON) <= 0 && timers.merge(webhook, at, Math::min) == at) {
      var _ =
          timer.schedule(
              () -> wakeByTimer(webhook, at), delay.toMillis() + 1, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void wakeByTimer(WebhookId webhook, long at) {
    timers.remove(webhook, at);
    try {
      wakeForRetry(webhook);
    } catch (DataAccessException e) {
      log.debug("The sweep will wake webhook {}: {}", webhook, e.getMessage());
    }
  }

  private void tellOtherServers(List<WebhookId> webhooks, UUID from) {
    for (int i = 0; i < webhooks.size(); i += WEBHOOKS_PER_MESSAGE) {
      List<WebhookId> some =
          webhooks.subList(i, Math.min(webhooks.size(), i + WEBHOOKS_PER_MESSAGE));
      messages.publish(
          TOPIC,
          from + " " + some.stream().map(WebhookId::toString).collect(Collectors.joining(",")));
    }
  }

  private void receive(String message) {
    List<String> parts = Arrays.asList(message.split(" ", 2));
    UUID from = UUID.fromString(parts.getFirst());
    for (String webhook : parts.getLast().split(",", -1)) {
      localLanes.tell(WebhookId.parse(webhook), new NewDeliveries(from));
    }
  }

  private void lookAgain(String message) {
    localLanes.tell(WebhookId.parse(message), new LookAgain());
  }

  private void cancelled(String message) {
    int space = message.indexOf(' ');
    WebhookId webhook = WebhookId.parse(message.substring(0, space));
    localLanes.tell(webhook, new Cancelled(UUID.fromString(message.substring(space + 1))));
    localLanes.tell(webhook, new LookAgain());
  }
}
