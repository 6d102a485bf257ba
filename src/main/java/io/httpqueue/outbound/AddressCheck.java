package io.httpqueue.outbound;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells early, when a webhook is registered, what an attempt would find out: whether requests may
 * go to a URL. No promise for later attempts, each of which is checked by itself. Thread-safe.
 */
public final class AddressCheck implements AutoCloseable {

  /** What became of a check. */
  public sealed interface Verdict {

    /** A request may go there, as things stand. */
    record Allowed() implements Verdict {}

    /**
     * No request may go there.
     *
     * @param reason for people
     */
    record Refused(String reason) implements Verdict {}

    /**
     * Nothing is known against it, but no address was found now.
     *
     * @param reason for people
     */
    record NotFound(String reason) implements Verdict {}
  }

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final AddressGuard guard;
  private final NameLookup names;
  private final boolean proxied;

  AddressCheck(AddressGuard guard, NameLookup names, boolean proxied) {
    this.guard = guard;
    this.names = names;
    this.proxied = proxied;
  }

  /**
   * Checks an http or https URL: its port, its host's spelling and its addresses. Blocks for a
   * name's look-up, at most 2 s. With an egress proxy names are left to the proxy.
   */
  public Verdict check(URI url) throws InterruptedException {
    String problem = guard.problem(url);
    if (problem != null) {
      return new Verdict.Refused(problem);
    }
    String host = HostSpelling.withoutBrackets(url.getHost());
    return proxied || HostSpelling.literal(host) != null ? new Verdict.Allowed() : checkName(host);
  }

  /** Gives its threads up. */
  @Override
  public void close() {
    names.close();
  }

  private Verdict checkName(String host) throws InterruptedException {
    CompletableFuture<InetAddress[]> answer = names.addressesOf(host);
    try {
      InetAddress[] found = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      ReceiverResolver.permitted(found, guard::problem);
      return new Verdict.Allowed();
    } catch (BlockedAddressException e) {
      return new Verdict.Refused(String.valueOf(e.getMessage()));
    } catch (ExecutionException e) {
      return new Verdict.NotFound("no address for host " + host);
    } catch (TimeoutException e) {
      return new Verdict.NotFound("no address for host " + host + " within 2 s");
    }
  }
}
