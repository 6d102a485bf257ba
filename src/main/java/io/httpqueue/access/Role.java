package io.httpqueue.access;

import java.util.Locale;

/** What the holder of a key may do, in the namespaces of the key. */
public enum Role {
  /** Everything, and sees header values. */
  ADMIN,

  /** Pushes events and reads what became of them. */
  PUBLISHER,

  /** Reads everything but secrets and header values. */
  READER;

  public boolean allows(Permission permission) {
    return switch (this) {
      case ADMIN -> true;
      case PUBLISHER -> permission == Permission.PUSH || permission == Permission.READ_STATUS;
      case READER -> permission == Permission.READ || permission == Permission.READ_STATUS;
    };
  }

  /** As it is written on the command line and in the database: {@code admin}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
