package io.httpqueue.api;

/** There is nothing under the id that was asked for. */
final class NotFoundException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String resource;
  private final String id;

  NotFoundException(String resource, String id) {
    super("no %s %s".formatted(resource, id), null, false, false);
    this.resource = resource;
    this.id = id;
  }

  /** What was asked for: {@code webhook} or {@code event}. */
  String resource() {
    return resource;
  }

  String id() {
    return id;
  }
}
