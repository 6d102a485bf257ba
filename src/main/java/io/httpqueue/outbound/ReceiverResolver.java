package io.httpqueue.outbound;

import io.httpqueue.outbound.Attempt.Step;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.hc.client5.http.DnsResolver;
import org.jspecify.annotations.Nullable;

/**
 * Finds the addresses that the current attempt may connect to. What it returns is what is connected
 * to: nothing looks the name up a second time, so that an answer that has changed since the check
 * gains nothing.
 */
final class ReceiverResolver implements DnsResolver {

  /** Why no request may go to an address; null if one may. */
  @FunctionalInterface
  interface Rule {
    @Nullable String problem(InetAddress address);
  }

  private final NameLookup names;
  private final Rule rule;

  ReceiverResolver(NameLookup names, Rule rule) {
    this.names = names;
    this.rule = rule;
  }

  @Override
  public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
    return Arrays.stream(resolve(host)).map(found -> new InetSocketAddress(found, port)).toList();
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    return permitted(addressesOf(ascii(host)), rule).toArray(InetAddress[]::new);
  }

  private static String ascii(String host) throws UnknownHostException {
    try {
      return HostSpelling.ascii(host);
    } catch (IllegalArgumentException e) {
      throw new UnknownHostException(host);
    }
  }

  /**
   * Leaves out what no request may go to.
   *
   * @throws BlockedAddressException if that is all of them
   */
  static List<InetAddress> permitted(InetAddress[] found, Rule rule)
      throws BlockedAddressException {
    List<InetAddress> permitted = new ArrayList<>(found.length);
    String problem = null;
    for (InetAddress address : found) {
      String of = rule.problem(address);
      if (of == null) {
        permitted.add(address);
      } else {
        problem = of;
      }
    }
    if (permitted.isEmpty() && problem != null) {
      throw new BlockedAddressException(problem);
    }
    return permitted;
  }

  private InetAddress[] addressesOf(String host) throws UnknownHostException {
    InetAddress literal = HostSpelling.literal(host);
    CompletableFuture<InetAddress[]> found =
        literal == null
            ? names.addressesOf(host)
            : CompletableFuture.completedFuture(new InetAddress[] {literal});
    try {
      return Attempt.CURRENT.get().await(Step.LOOK_UP, found);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException(host);
    } catch (CancellationException | ExecutionException e) {
      throw new UnknownHostException(host);
    }
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
