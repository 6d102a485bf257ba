package io.httpqueue.api;

import static io.httpqueue.api.Violations.shown;

import io.grpc.Context;
import io.httpqueue.access.ApiKey;
import io.httpqueue.access.Permission;
import io.httpqueue.access.PushLimits;
import io.httpqueue.access.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who makes the call that runs, and what they may do: the one thing that a service asks. What its
 * method needs, and the namespace that its request names, are checked before the service is
 * reached; what is left to the service is
 *
 * <ul>
 *   <li>an id alone: read what it names with {@link #visible}, so that an id of another namespace
 *       is answered as one that does not exist;
 *   <li>each event of a batch or a stream: {@link #admitPush};
 *   <li>header values: {@link #visibleHeaders}.
 * </ul>
 *
 * <p>One object for each call. Thread-safe.
 */
final class Caller {

  private static final Context.Key<Caller> CURRENT = Context.key("httpqueue-caller");
  private static final String HIDDEN = "***";

  private final @Nullable Supplier<ApiKey> authentication;
  private final PushLimits pushLimits;
  private volatile @Nullable ApiKey key;
  private volatile @Nullable String namespace;

  private Caller(@Nullable Supplier<ApiKey> authentication, PushLimits pushLimits) {
    this.authentication = authentication;
    this.pushLimits = pushLimits;
  }

  /** Where calls are not authenticated: everything is allowed. */
  static Caller unauthenticated(PushLimits pushLimits) {
    return new Caller(null, pushLimits);
  }

  /**
   * @param authentication tells the key, now and as often as it is asked, or throws what the call
   *     is to be answered with
   */
  static Caller authenticated(Supplier<ApiKey> authentication, PushLimits pushLimits) {
    Caller caller = new Caller(authentication, pushLimits);
    caller.confirm();
    return caller;
  }

  /**
   * Has the key looked at again: a stream can outlive it. Costs next to nothing.
   *
   * @throws io.httpqueue.access.UnauthenticatedException if it may not be used any more
   */
  void confirm() {
    if (authentication != null) {
      key = authentication.get();
    }
  }

  /**
   * The caller of the call that runs on this thread. What goes on in another thread keeps the one
   * it got.
   *
   * @throws IllegalStateException outside of a call
   */
  static Caller current() {
    Caller caller = CURRENT.get();
    if (caller == null) {
      throw new IllegalStateException("no call runs on this thread");
    }
    return caller;
  }

  /** A context in which this is the current caller. */
  Context context() {
    return Context.current().withValue(CURRENT, this);
  }

  boolean mayUse(String namespace) {
    ApiKey shown = key;
    return shown == null || shown.namespaces().includes(namespace);
  }

  /**
   * @param method for the error, such as {@code PushEvent}
   * @throws PermissionDeniedException if the caller's role does not allow it
   */
  void require(Permission permission, String method) {
    ApiKey shown = key;
    if (shown != null && !shown.role().allows(permission)) {
      throw new PermissionDeniedException(
          "this API key has the role %s, which may not call %s".formatted(shown.role(), method));
    }
  }

  /**
   * @throws PermissionDeniedException if the caller may not use the namespace
   */
  void requireNamespace(String namespace) {
    this.namespace = namespace;
    if (!mayUse(namespace)) {
      throw new PermissionDeniedException(
          "this API key may not use the namespace " + shown(namespace));
    }
  }

  /**
   * Counts one event towards the limit of the caller's key. To be asked before anything else is
   * done with the event, and for each event of a batch or a stream by itself.
   *
   * @throws PermissionDeniedException if the caller may not use the namespace
   * @throws io.httpqueue.access.RateLimitedException if the key has used up its pushes for now
   */
  void admitPush(String namespace) {
    requireNamespace(namespace);
    ApiKey shown = key;
    if (shown != null) {
      pushLimits.take(shown);
    }
  }

  /**
   * What an id names, if the caller may know of it.
   *
   * @param found empty if there is nothing under the id
   * @param namespace of what was found
   * @param missing what is thrown in both cases, so that nobody can tell one from the other
   */
  <T> T visible(
      Optional<T> found,
      Function<? super T, String> namespace,
      Supplier<? extends RuntimeException> missing) {
    T item = found.filter(it -> mayUse(namespace.apply(it))).orElseThrow(missing);
    this.namespace = namespace.apply(item);
    return item;
  }

  /** Header values may be secrets: all but admins see {@code ***} in their place. */
  Map<String, String> visibleHeaders(Map<String, String> headers) {
    ApiKey shown = key;
    if (shown == null || shown.role() == Role.ADMIN) {
      return headers;
    }
    Map<String, String> hidden = new LinkedHashMap<>();
    headers.keySet().forEach(name -> hidden.put(name, HIDDEN));
    return hidden;
  }

  /** For the audit; null where calls are not authenticated. */
  @Nullable ApiKey key() {
    return key;
  }

  /** For the audit: the last namespace that was asked for; null while there was none. */
  @Nullable String namespace() {
    return namespace;
  }
}
