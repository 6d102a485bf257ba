package io.httpqueue.api;

import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.webhook.WebhookDefinition;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes a webhook of a request, or says all that is wrong with it. */
final class RegisterWebhookRules {

  private static final int MAX_EVENTS = 100;
  private static final int MAX_DESCRIPTION_LENGTH = 1024;
  private static final int MAX_TIMEOUT_SECONDS = 300;
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private RegisterWebhookRules() {}

  /**
   * @throws InvalidRequestException if anything is wrong
   */
  static WebhookDefinition read(RegisterWebhookRequest request) {
    return read(request, new Violations());
  }

  /**
   * @param violations takes what is wrong with it
   * @throws InvalidRequestException if anything is wrong, or was before
   */
  static WebhookDefinition read(RegisterWebhookRequest request, Violations violations) {
    check(request, violations);
    DeliveryPolicyRules.checkTogether(request, violations);
    violations.throwIfAny();
    return new WebhookDefinition(
        request.getNamespace(),
        URI.create(request.getUrl()),
        request.getEventsList(),
        request.getHeadersMap(),
        request.getTimeout() == 0 ? DEFAULT_TIMEOUT : Duration.ofSeconds(request.getTimeout()),
        !request.hasActive() || request.getActive(),
        request.getDescription(),
        DeliveryPolicyRules.read(request),
        request.getFilter().isEmpty() ? null : request.getFilter(),
        request.getLabelsMap());
  }

  /** Checks each field by itself, whatever the others are. */
  static void check(RegisterWebhookRequest request, Violations violations) {
    NameRules.checkName("namespace", request.getNamespace(), violations);
    checkEvents(request.getEventsList(), violations);
    var _ = UrlRules.parse("url", request.getUrl(), violations);
    HeaderRules.check(request.getHeadersMap(), violations);
    var _ = RequestRules.seconds("timeout", request.getTimeout(), MAX_TIMEOUT_SECONDS, violations);
    checkDescription(request.getDescription(), violations);
    var _ = SigningRules.read(request.getSecret(), request.getSigningScheme(), violations);
    DeliveryPolicyRules.check(request, violations);
    FilterRules.check("filter", request.getFilter(), violations);
    LabelRules.check(request.getLabelsMap(), violations);
  }

  private static void checkEvents(List<String> events, Violations violations) {
    if (events.isEmpty() || events.size() > MAX_EVENTS) {
      violations.add("events", "has %d entries, must have 1 to 100".formatted(events.size()));
    }
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      String field = "events[" + i + ']';
      NameRules.checkPattern(field, events.get(i), violations);
      Integer twin = seen.putIfAbsent(events.get(i), i);
      if (twin != null) {
        violations.add(field, "is the same as events[%d], must differ".formatted(twin));
      }
    }
  }

  private static void checkDescription(String description, Violations violations) {
    int length = description.codePointCount(0, description.length());
    if (length > MAX_DESCRIPTION_LENGTH) {
      violations.add("description", "has %d characters, must have at most 1024".formatted(length));
    }
    if (RequestRules.hasNul(description)) {
      violations.add("description", "must not hold the character NUL");
    }
  }
}
