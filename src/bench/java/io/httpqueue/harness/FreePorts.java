package io.httpqueue.harness;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * TCP ports that nothing listens on. They are below those that systems give to outgoing connections
 * and to listeners without a wish, and each is named once: so none is taken between the question
 * and its use, unless by another program.
 */
public final class FreePorts {

  private static final int LOWEST = 10_000;
  private static final int COUNT = 20_000;
  // Programs that run at once begin in different places.
  private static final int STRIDE = 97;

  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * STRIDE % COUNT));

  private FreePorts() {}

  /** A port that was free a moment ago. */
  public static int next() {
    for (int attempt = 0; attempt < COUNT; attempt++) {
      int port = LOWEST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no port is free");
  }

  private static boolean isFree(int port) {
    try (ServerSocket _ = new ServerSocket(port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
