package io.httpqueue.api;

import static io.httpqueue.api.GuardedServer.code;
import static io.httpqueue.api.GuardedServer.list;
import static io.httpqueue.api.GuardedServer.push;
import static io.httpqueue.api.GuardedServer.register;
import static io.httpqueue.api.GuardedServer.status;
import static io.httpqueue.api.MethodCalls.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.httpqueue.access.Role;
import io.httpqueue.api.MethodCalls.Ended;
import io.httpqueue.api.v1.PushEventsRequest;
import io.httpqueue.api.v1.PushEventsResponse;
import io.httpqueue.api.v1.ReplayEventsRequest;
import io.httpqueue.api.v1.UnregisterWebhookRequest;
import io.httpqueue.api.v1.WebhookServiceGrpc;
import io.httpqueue.api.v1.WebhookServiceGrpc.WebhookServiceBlockingStub;
import io.httpqueue.testing.PushStreamClient;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may call what: one server that asks for keys. */
class AccessTest {

  private static final String OWN = "own";
  private static final String OTHER = "other";
  private static final String NOTHING = "0193598e-0000-7000-8000-000000000001";

  private static final Set<Role> ALL = EnumSet.allOf(Role.class);
  private static final Set<Role> PUSHING = EnumSet.of(Role.ADMIN, Role.PUBLISHER);
  private static final Set<Role> READING = EnumSet.of(Role.ADMIN, Role.READER);
  private static final Set<Role> CHANGING = EnumSet.of(Role.ADMIN);

  /** The rules of the documentation, once more. */
  private static final Map<String, Set<Role>> ALLOWED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("PushEvent", PUSHING),
              Map.entry("PushEvents", PUSHING),
              Map.entry("PushEventStream", PUSHING),
              Map.entry("GetWebhookStatus", ALL),
              Map.entry("GetDelivery", ALL),
              Map.entry("ListDeliveries", ALL),
              Map.entry("GetReplay", ALL),
              Map.entry("WatchDeliveries", ALL),
              Map.entry("GetStats", ALL),
              Map.entry("ListEventTypes", ALL),
              Map.entry("ListWebhooks", READING),
              Map.entry("GetWebhook", READING),
              Map.entry("RegisterWebhook", CHANGING),
              Map.entry("UnregisterWebhook", CHANGING),
              Map.entry("UpdateWebhook", CHANGING),
              Map.entry("PauseWebhook", CHANGING),
              Map.entry("ResumeWebhook", CHANGING),
              Map.entry("TestWebhook", CHANGING),
              Map.entry("RotateSecret", CHANGING),
              Map.entry("PutEventType", CHANGING),
              Map.entry("DeleteEventType", CHANGING),
              Map.entry("RetryDelivery", CHANGING),
              Map.entry("CancelDelivery", CHANGING),
              Map.entry("ReplayEvents", CHANGING),
              Map.entry("CancelReplay", CHANGING)));

  private static GuardedServer server;
  private static String adminOfAll;
  private static final Map<Role, String> ofOwn = new EnumMap<>(Role.class);

  /** Values of the id fields that name something of the other namespace. */
  private static final Map<String, String> idsOfOther = new HashMap<>();

  @BeforeAll
  static void start() {
    server = new GuardedServer();
    adminOfAll = server.make(Role.ADMIN).text();
    for (Role role : Role.values()) {
      ofOwn.put(role, server.make(role, OWN, "also").text());
    }
    WebhookServiceBlockingStub admin = server.stub(adminOfAll);
    idsOfOther.put("webhook_id", register(admin, OTHER));
    String event = admin.pushEvent(push(OTHER)).getEventId();
    idsOfOther.put("event_id", event);
    idsOfOther.put("delivery_id", deliveryOf(admin, event));
    idsOfOther.put("replay_id", replayIn(admin, OTHER));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyMethodIsClassifiedUnderBothNames() {
    Set<String> methods =
        methods().map(MethodRule::name).collect(Collectors.toCollection(java.util.TreeSet::new));
    assertThat(ALLOWED.keySet()).isEqualTo(methods);
    assertThat(MethodRules.methods()).containsExactlyInAnyOrderElementsOf(methods);
    assertThatCode(() -> methods().forEach(MethodRules::find)).doesNotThrowAnyException();
  }

  @Test
  void eachRoleMayCallItsMethodsInItsNamespacesAndNoOthers() {
    List<String> wrong = new ArrayList<>();
    methods()
        .forEach(
            method -> {
              for (Role role : Role.values()) {
                boolean allowed = allowed(method).contains(role);
                Ended own = call(method, ofOwn(role), values(OWN));
                if (allowed == isDenied(own)) {
                  wrong.add("%s by %s: %s".formatted(method.getFullMethodName(), role, own));
                }
                Ended other = call(method, ofOwn(role), values(OTHER));
                if (carriesNamespace(method) && !isDenied(other) && !isMissing(other)) {
                  wrong.add(
                      "%s by %s elsewhere: %s".formatted(method.getFullMethodName(), role, other));
                }
              }
            });
    assertThat(wrong).isEmpty();
  }

  @Test
  void anIdOfAnotherNamespaceIsAnsweredAsOneThatDoesNotExist() {
    List<String> wrong = new ArrayList<>();
    methods()
        .forEach(
            method -> {
              for (Role role : allowed(method)) {
                for (Map.Entry<String, String> id : idsOfOther.entrySet()) {
                  String field = id.getKey();
                  if (MethodCalls.request(method, Map.of(field, NOTHING))
                      .getAllFields()
                      .isEmpty()) {
                    continue;
                  }
                  String key = ofOwn(role);
                  Map<String, String> base = new HashMap<>();
                  if (!MethodRule.name(method).equals("GetWebhookStatus")) {
                    base.putAll(values(OWN));
                  }
                  base.keySet().removeAll(idsOfOther.keySet());
                  Map<String, String> foreign = new HashMap<>(base);
                  foreign.put(field, id.getValue());
                  Map<String, String> missing = new HashMap<>(base);
                  missing.put(field, NOTHING);
                  Ended one = call(method, key, foreign);
                  Ended two = call(method, key, missing);
                  if (one.code() != two.code()
                      || !String.valueOf(one.status().getDescription())
                          .replace(id.getValue(), NOTHING)
                          .equals(String.valueOf(two.status().getDescription()))) {
                    wrong.add("%s by %s: %s, %s".formatted(method, role, one, two));
                  }
                }
              }
            });
    assertThat(wrong).isEmpty();
    assertThat(code(() -> server.stub(ofOwn(Role.ADMIN)).unregisterWebhook(otherWebhook())))
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(server.stub(adminOfAll).listWebhooks(list(OTHER)).getTotalCount()).isOne();
  }

  private static Set<Role> allowed(MethodDescriptor<?, ?> method) {
    return Objects.requireNonNull(ALLOWED.get(MethodRule.name(method)));
  }

  private static String ofOwn(Role role) {
    return Objects.requireNonNull(ofOwn.get(role));
  }

  private static Stream<MethodDescriptor<?, ?>> methods() {
    return Stream.concat(
        WebhookServiceGrpc.getServiceDescriptor().getMethods().stream(),
        io.httpqueue.api.legacy.WebhookServiceGrpc.getServiceDescriptor().getMethods().stream());
  }

  private static Ended call(MethodDescriptor<?, ?> method, String key, Map<String, String> values) {
    return MethodCalls.call(
        server.server().channel(), method, bearer(key), MethodCalls.request(method, values));
  }

  /** What makes most requests good, or at least says whose they are. */
  private static Map<String, String> values(String namespace) {
    Map<String, String> values = new HashMap<>();
    values.put("namespace", namespace);
    values.put("event", "e");
    values.put("payload", "{}");
    values.put("url", "http://127.0.0.1:1/");
    values.put("webhook_id", namespace.equals(OTHER) ? idsOfOther.get("webhook_id") : NOTHING);
    return values;
  }

  private static boolean carriesNamespace(MethodDescriptor<?, ?> method) {
    return !MethodCalls.request(method, Map.of("namespace", OWN)).getAllFields().isEmpty();
  }

  /** As a whole, or its one event. */
  private static boolean isDenied(Ended ended) {
    return ended.code() == Status.Code.PERMISSION_DENIED
        || (!ended.answers().isEmpty()
            && ended.answers().stream()
                .allMatch(
                    answer -> answer.contains("code: " + Status.Code.PERMISSION_DENIED.value())));
  }

  /** An id of another namespace, or a method that is not there yet. */
  private static boolean isMissing(Ended ended) {
    return ended.code() == Status.Code.NOT_FOUND || ended.code() == Status.Code.UNIMPLEMENTED;
  }

  private static String deliveryOf(WebhookServiceBlockingStub admin, String event) {
    return await()
        .until(() -> admin.getWebhookStatus(status(event)).getDeliveriesList(), it -> !it.isEmpty())
        .getFirst()
        .getDeliveryId();
  }

  private static String replayIn(WebhookServiceBlockingStub admin, String namespace) {
    try {
      return admin
          .replayEvents(
              ReplayEventsRequest.newBuilder().setNamespace(namespace).setAcceptedFromMs(1).build())
          .getReplay()
          .getReplayId();
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      return UUID.randomUUID().toString();
    }
  }

  private static UnregisterWebhookRequest otherWebhook() {
    return UnregisterWebhookRequest.newBuilder().setWebhookId(idsOfOther.get("webhook_id")).build();
  }

  @Test
  void eachEventOfAListOrAStreamIsHeldToTheNamespacesOfTheKey() throws Exception {
    String key = server.make(Role.PUBLISHER, OWN).text();
    PushEventsResponse list =
        server
            .stub(key)
            .pushEvents(
                PushEventsRequest.newBuilder().addEvents(push(OTHER)).addEvents(push(OWN)).build());
    assertThat(list.getResults(0).getError().getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED.value());
    assertThat(list.getResults(1).hasAccepted()).isTrue();

    try (PushStreamClient stream = PushStreamClient.open(server.stub(key).getChannel())) {
      stream.send(push(OWN));
      stream.send(push(OTHER));
      stream.complete();
      assertThat(stream.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
      assertThat(stream.answers().get(0).getResult().hasAccepted()).isTrue();
      assertThat(stream.answers().get(1).getResult().getError().getCode())
          .isEqualTo(Status.Code.PERMISSION_DENIED.value());
    }
  }
}
