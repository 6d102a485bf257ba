package io.httpqueue.outbound;

import io.httpqueue.outbound.Attempt.Step;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Finds the addresses that the current attempt may connect to. What it returns is what is connected
 * to: nothing looks the name up a second time.
 */
final class ReceiverResolver implements DnsResolver {

  private final NameLookup names;

  ReceiverResolver(NameLookup names) {
    this.names = names;
  }

  @Override
  public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
    return Arrays.stream(resolve(host)).map(found -> new InetSocketAddress(found, port)).toList();
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    try {
      return Attempt.CURRENT.get().await(Step.LOOK_UP, names.addressesOf(host));
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
