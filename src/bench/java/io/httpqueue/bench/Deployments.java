package io.httpqueue.bench;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The deployment that is there, which is one at a time. */
final class Deployments implements AutoCloseable {

  private final Site site;
  private final boolean shared;
  private @Nullable Deployment current;

  /**
   * @param shared whether a run may follow another on the same servers, where they suit it
   */
  Deployments(Site site, boolean shared) {
    this.site = site;
    this.shared = shared;
  }

  /** The deployment for a run; no other may be under way. */
  Deployment deploymentFor(Run run) throws SQLException {
    Deployment last = current;
    if (last != null && shared && last.suits(run)) {
      last.follow(run);
      return last;
    }
    close();
    Deployment next = new Deployment(site, run);
    current = next;
    return next;
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
