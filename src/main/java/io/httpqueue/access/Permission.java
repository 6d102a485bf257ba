package io.httpqueue.access;

/** What a method of the API needs of its caller. */
public enum Permission {
  /** To push events. */
  PUSH,

  /** To read what became of events. */
  READ_STATUS,

  /** To read anything else. */
  READ,

  /** To change anything else. */
  CHANGE
}
