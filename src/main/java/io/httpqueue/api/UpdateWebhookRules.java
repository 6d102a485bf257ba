package io.httpqueue.api;

import static io.httpqueue.api.Violations.shown;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.httpqueue.api.v1.RegisterWebhookRequest;
import io.httpqueue.api.v1.RetryPolicy;
import io.httpqueue.api.v1.UpdateWebhookRequest;
import io.httpqueue.webhook.CertificateChange;
import io.httpqueue.webhook.ClientCertificate;
import io.httpqueue.webhook.Webhook;
import io.httpqueue.webhook.WebhookDefinition;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a change of a webhook of a request, or says all that is wrong with it. */
final class UpdateWebhookRules {

  private static final String RETRY_POLICY = "retry_policy";
  private static final String CLIENT_CERTIFICATE = "client_certificate";

  /** The fields of RegisterWebhookRequest that may change, as the contract lists them. */
  private static final List<String> UPDATABLE =
      List.of(
          "events",
          "url",
          "headers",
          "timeout",
          "active",
          "description",
          CLIENT_CERTIFICATE,
          RETRY_POLICY,
          "max_in_flight",
          "rate_limit_per_second",
          "rate_limit_burst",
          "ordering",
          "when_head_fails",
          "filter",
          "labels");

  /** Valid in every field: what is wrong with a request merged into it is the request's. */
  private static final RegisterWebhookRequest VALID =
      RegisterWebhookRequest.newBuilder()
          .setNamespace("a")
          .addEvents("a")
          .setUrl("http://a/")
          .build();

  private UpdateWebhookRules() {}

  /**
   * A change that was asked for.
   *
   * @param paths what to take of the values
   * @param certificate what becomes of the client certificate
   */
  record Change(List<String> paths, RegisterWebhookRequest values, CertificateChange certificate) {

    /**
     * The webhook with the change.
     *
     * @throws InvalidRequestException if it asks something of a field that stays as it is
     */
    WebhookDefinition applyTo(Webhook before) {
      RegisterWebhookRequest merged =
          merge(WebhookMessages.request(before.definition()), paths, values);
      Violations violations = new Violations("webhook.");
      if (hasCertificate(before) && !merged.getUrl().startsWith("https:")) {
        violations.add(
            CLIENT_CERTIFICATE, "is for https alone: must be taken away where the url is http");
      }
      return RegisterWebhookRules.read(merged, violations);
    }

    private boolean hasCertificate(Webhook before) {
      return switch (certificate) {
        case CertificateChange.Keep() -> before.clientCertificateExpiresAt() != null;
        case CertificateChange.Put _ -> true;
        case CertificateChange.Remove() -> false;
      };
    }
  }

  /** What {@link ReceiverRules} says of the URL and the client certificate that a request has. */
  @FunctionalInterface
  interface ReceiverCheck {

    Optional<ClientCertificate> check(RegisterWebhookRequest request, Violations violations);
  }

  /**
   * @throws InvalidRequestException if anything is wrong that can be told without the webhook
   */
  static Change read(UpdateWebhookRequest request, ReceiverCheck receiver) {
    Violations violations = new Violations();
    var _ = RequestRules.parseId("webhook_id", request.getWebhookId(), violations);
    List<String> named = request.getUpdateMask().getPathsList();
    if (named.isEmpty()) {
      violations.add("update_mask", "is required: one or more of " + allowed());
    }
    List<String> paths = named.stream().filter(UpdateWebhookRules::isUpdatable).toList();
    named.stream()
        .filter(path -> !isUpdatable(path))
        .forEach(path -> violations.add("update_mask", problem(path)));
    Violations values = new Violations("webhook.");
    RegisterWebhookRequest given =
        merge(RegisterWebhookRequest.getDefaultInstance(), paths, request.getWebhook());
    Optional<ClientCertificate> certificate = receiver.check(given, values);
    RegisterWebhookRules.check(merge(VALID, paths, request.getWebhook()), values);
    violations.addAll(values);
    violations.throwIfAny();
    return new Change(paths, request.getWebhook(), certificateChange(paths, certificate));
  }

  private static CertificateChange certificateChange(
      List<String> paths, Optional<ClientCertificate> given) {
    if (!paths.contains(CLIENT_CERTIFICATE)) {
      return new CertificateChange.Keep();
    }
    return given
        .<CertificateChange>map(CertificateChange.Put::new)
        .orElseGet(CertificateChange.Remove::new);
  }

  private static boolean isUpdatable(String path) {
    return UPDATABLE.contains(path) || retryField(path) != null;
  }

  private static String problem(String path) {
    return switch (path) {
      case "namespace" -> "names namespace, which cannot change";
      case "secret", "signing_scheme" -> "names %s, which RotateSecret changes".formatted(path);
      default ->
          "names %s, which is not a field that can change: must name %s"
              .formatted(shown(path), allowed());
    };
  }

  private static String allowed() {
    return String.join(", ", UPDATABLE) + ", or one field of retry_policy (retry_policy.factor)";
  }

  private static RegisterWebhookRequest merge(
      RegisterWebhookRequest base, List<String> paths, RegisterWebhookRequest values) {
    RegisterWebhookRequest.Builder merged = base.toBuilder();
    for (String path : paths) {
      FieldDescriptor retryField = retryField(path);
      if (retryField == null) {
        copy(RegisterWebhookRequest.getDescriptor().findFieldByName(path), values, merged);
      } else {
        merged
            .getRetryPolicyBuilder()
            .setField(retryField, values.getRetryPolicy().getField(retryField));
      }
    }
    return merged.build();
  }

  private static void copy(
      FieldDescriptor field, RegisterWebhookRequest from, RegisterWebhookRequest.Builder to) {
    if (field.isRepeated() || from.hasField(field)) {
      to.setField(field, from.getField(field));
    } else {
      to.clearField(field);
    }
  }

  /** The field of the retry policy that a path names; null if it names none. */
  private static @Nullable FieldDescriptor retryField(String path) {
    return path.startsWith(RETRY_POLICY + '.')
        ? RetryPolicy.getDescriptor().findFieldByName(path.substring(RETRY_POLICY.length() + 1))
        : null;
  }
}
