package io.httpqueue.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What the holder of a key may do, in the namespaces of the key. */
public enum Role {
  /** Everything, and sees header values. */
  ADMIN(EnumSet.allOf(Permission.class)),

  /** Pushes events and reads what became of them. */
  PUBLISHER(EnumSet.of(Permission.PUSH, Permission.READ_STATUS)),

  /** Reads everything but secrets and header values. */
  READER(EnumSet.of(Permission.READ_STATUS, Permission.READ));

  private final Set<Permission> permissions;

  Role(Set<Permission> permissions) {
    this.permissions = permissions;
  }

  public boolean allows(Permission permission) {
    return permissions.contains(permission);
  }

  /** As it is written on the command line and in the database: {@code admin}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
