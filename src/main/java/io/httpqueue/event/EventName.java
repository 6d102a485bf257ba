package io.httpqueue.event;

/** What events are matched by. */
record EventName(String namespace, String name) {

  static EventName of(NewEvent event) {
    return new EventName(event.namespace(), event.name());
  }
}
