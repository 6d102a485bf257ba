package io.httpqueue.example;

import io.httpqueue.api.v1.PushEventRequest;
import io.httpqueue.api.v1.PushEventResponse;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.WebhookDelivery;
import io.httpqueue.api.v1.WebhookDeliveryStatus;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.LogManager;

/** Registers a webhook, pushes an event, waits for its delivery, and tells what happened. */
public final class Demo {
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Set<WebhookDeliveryStatus> ENDS =
      EnumSet.of(
          WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS,
          WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_FAILED,
          WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_EXPIRED,
          WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_CANCELLED);
  private static final long POLL_MILLIS = 100;

  private final DemoOptions options;
  private final HttpQueueClient client;
  private final PrintStream out;

  private Demo(DemoOptions options, HttpQueueClient client, PrintStream out) {
    this.options = options;
    this.client = client;
    this.out = out;
  }

  /** Exits with 0 if the event arrived, with 1 if it did not, with 2 after a bad option. */
  public static void main(String[] args) throws InterruptedException {
    // What gRPC logs with a stack trace comes to the user as one line of ours.
    LogManager.getLogManager().reset();
    String apiKey = System.getenv().getOrDefault("HTTPQUEUE_API_KEY", "");
    System.exit(run(args, apiKey, System.out, System.err));
  }

  static int run(String[] args, String apiKey, PrintStream out, PrintStream err)
      throws InterruptedException {
    if (CommandLine.asksForHelp(args)) {
      out.println(DemoOptions.USAGE);
      return 0;
    }
    try {
      DemoOptions options = DemoOptions.of(args);
      try (var client = new HttpQueueClient(options.target(), apiKey)) {
        return new Demo(options, client, out).run() ? 0 : 1;
      }
    } catch (UsageException e) {
      err.println("demo: " + e.getMessage());
      err.println(DemoOptions.USAGE);
      return 2;
    } catch (DemoFailure e) {
      err.println(e.getMessage());
      return 1;
    }
  }

  private boolean run() throws DemoFailure, InterruptedException {
    String webhookId = client.register(webhook());
    // Without this, each run that is broken off would leave one more webhook for the next run's
    // event.
    var unregister = new Thread(() -> unregisterQuietly(webhookId));
    Runtime.getRuntime().addShutdownHook(unregister);
    try {
      out.printf(
          "Registered webhook %s for %s in namespace %s%n",
          webhookId, options.event(), options.namespace());
      requireReceiver();
      PushEventResponse pushed = client.push(event());
      out.printf(
          "Pushed event %s, which goes to %d webhook(s)%n",
          pushed.getEventId(), pushed.getWebhooksTriggered());
      List<WebhookDelivery> deliveries = waitForEnd(pushed);
      out.println();
      deliveries.forEach(delivery -> out.print(DeliveryReport.table(delivery)));
      return isDelivered(deliveries, webhookId);
    } finally {
      Runtime.getRuntime().removeShutdownHook(unregister);
      client.unregister(webhookId);
    }
  }

  private RegisterWebhookRequest webhook() {
    return RegisterWebhookRequest.newBuilder()
        .setNamespace(options.namespace())
        .addEvents(options.event())
        .setUrl(options.url().toString())
        .setDescription("Registered by the demo")
        .build();
  }

  private PushEventRequest event() {
    return PushEventRequest.newBuilder()
        .setNamespace(options.namespace())
        .setEvent(options.event())
        .setPayload(options.payload())
        .build();
  }

  /** Only on this machine can the demo tell whether the receiver is there. */
  private void requireReceiver() throws DemoFailure {
    String host = options.url().getHost();
    if (!THIS_MACHINE.contains(host)) {
      return;
    }
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, options.urlPort()), 2_000);
    } catch (IOException e) {
      throw new DemoFailure(
          "No receiver listens at " + options.url() + ". Start one with: make listen");
    }
  }

  /** The deliveries as they are when all have ended, or when the time is over. */
  private List<WebhookDelivery> waitForEnd(PushEventResponse pushed)
      throws DemoFailure, InterruptedException {
    Map<String, String> told = new HashMap<>();
    long start = System.nanoTime();
    while (true) {
      List<WebhookDelivery> deliveries = client.deliveries(pushed.getEventId());
      for (WebhookDelivery delivery : deliveries) {
        String progress = DeliveryReport.progress(delivery);
        if (!progress.equals(told.put(delivery.getDeliveryId(), progress))) {
          out.println("  " + progress);
        }
      }
      if (deliveries.size() == pushed.getWebhooksTriggered()
          && deliveries.stream().allMatch(delivery -> ENDS.contains(delivery.getStatus()))) {
        return deliveries;
      }
      if (System.nanoTime() - start > options.patience().toNanos()) {
        out.printf("Not all ended within %d seconds%n", options.patience().toSeconds());
        return deliveries;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static boolean isDelivered(List<WebhookDelivery> deliveries, String webhookId) {
    return deliveries.stream()
        .filter(delivery -> delivery.getWebhookId().equals(webhookId))
        .anyMatch(
            delivery ->
                delivery.getStatus() == WebhookDeliveryStatus.WEBHOOK_DELIVERY_STATUS_SUCCESS);
  }

  private void unregisterQuietly(String webhookId) {
    try {
      client.unregister(webhookId);
    } catch (DemoFailure e) {
      out.println("The webhook " + webhookId + " is still registered: " + e.getMessage());
    }
  }
}
