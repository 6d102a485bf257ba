package io.httpqueue.example;

import java.net.URI;
import java.time.Duration;
import java.util.Set;

/**
 * What the demo does.
 *
 * @param target host and port of HTTPQueue's gRPC API
 * @param url where the webhook goes
 * @param patience how long the delivery may take
 */
record DemoOptions(
    String target, URI url, String namespace, String event, String payload, Duration patience) {
  static final String USAGE =
      """
      usage: make demo ARGS="[--target localhost:50051] [--url http://localhost:8080/] [--namespace demo]
                             [--event demo.hello] [--payload JSON] [--wait 2m]"
        --target     host:port of HTTPQueue
        --url        the webhook to register
        --namespace  where to register it and push the event
        --event      the event to push
        --payload    its payload, sent byte for byte
        --wait       how long to wait for the delivery to end: 500ms, 30s, 2m
      The variable HTTPQUEUE_API_KEY holds the API key, where HTTPQueue asks for one.\
      """;

  private static final Set<String> OPTIONS =
      Set.of("--target", "--url", "--namespace", "--event", "--payload", "--wait");

  static DemoOptions of(String[] args) {
    CommandLine options = CommandLine.parse(args, OPTIONS);
    return new DemoOptions(
        target(options.text("--target", "localhost:50051")),
        url(options.text("--url", "http://localhost:8080/")),
        options.text("--namespace", "demo"),
        options.text("--event", "demo.hello"),
        options.text("--payload", "{\"hello\":\"world\"}"),
        options.duration("--wait", Duration.ofMinutes(2)));
  }

  private static String target(String text) {
    if (!text.matches("[^\\s/:]+:[0-9]{1,5}|\\[[0-9a-fA-F:]+]:[0-9]{1,5}")) {
      throw new UsageException("--target must be host:port, not '" + text + "'");
    }
    return text;
  }

  /** The port that {@code url} leads to. */
  int urlPort() {
    if (url.getPort() != -1) {
      return url.getPort();
    }
    return url.getScheme().equals("https") ? 443 : 80;
  }

  private static URI url(String text) {
    try {
      URI url = URI.create(text);
      if (url.getHost() != null && Set.of("http", "https").contains(url.getScheme())) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Told in the same words as a URL of another kind.
    }
    throw new UsageException("--url must be an http or https URL, not '" + text + "'");
  }
}
