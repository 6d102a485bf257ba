package io.httpqueue.testing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.security.Security;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What names below {@code .test} stand for in this JVM, look-up by look-up; any other name goes to
 * the system. The JDK finds it as a service and makes the one object there is, hence the static
 * map. Nothing is kept between look-ups.
 */
public final class ScriptedNames extends InetAddressResolverProvider {

  /** A name server's answer to one look-up. */
  @FunctionalInterface
  public interface Answer {
    InetAddress[] next() throws UnknownHostException;
  }

  private static final Map<String, Answer> SCRIPTS = new ConcurrentHashMap<>();

  /** Made before the first look-up, so that the JDK has not read the setting yet. */
  public ScriptedNames() {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  /**
   * Has a name answer like this from now on.
   *
   * @param name ends in {@code .test}
   */
  public static void script(String name, Answer answer) {
    SCRIPTS.put(name, answer);
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver system = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        if (!host.endsWith(".test")) {
          return system.lookupByName(host, policy);
        }
        Answer script = SCRIPTS.get(host);
        if (script == null) {
          throw new UnknownHostException(host);
        }
        return Stream.of(script.next());
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return system.lookupByAddress(address);
      }
    };
  }

  @Override
  public String name() {
    return "scripted names";
  }
}
