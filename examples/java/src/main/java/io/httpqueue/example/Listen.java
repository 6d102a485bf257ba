package io.httpqueue.example;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.util.HashSet;

/** A receiver on this machine that prints each webhook it gets, and can be told to misbehave. */
public final class Listen {
  static final String USAGE =
      """
      usage: make listen ARGS="[--port 8080] [--fail-first N] [--status CODE] [--delay 3s]"
        --port        port on the loopback interface; 0 takes a free one
        --fail-first  answer the first N attempts of each delivery with 503
        --status      answer all others with this status, 200 to 599
        --delay       wait so long before each answer: 500ms, 3s, 2m\
      """;

  private Listen() {}

  /** Listens until it is stopped. Exits with 2 after a bad option, with 1 if the port is taken. */
  public static void main(String[] args) {
    if (CommandLine.asksForHelp(args)) {
      System.out.println(USAGE);
      return;
    }
    int exit = start(args, System.out, System.err);
    if (exit != 0) {
      System.exit(exit);
    }
  }

  private static int start(String[] args, PrintStream out, PrintStream err) {
    try {
      var known = new HashSet<>(Behaviour.OPTIONS);
      known.add("--port");
      CommandLine options = CommandLine.parse(args, known);
      int port = options.number("--port", 8080, 0, 65_535);
      Behaviour behaviour = Behaviour.of(options);
      try {
        Receiver receiver = Receiver.start(port, behaviour, out);
        out.printf("Listening at %s; Ctrl-C ends it.%n", receiver.url());
        return 0;
      } catch (BindException e) {
        err.printf(
            "Port %d is taken. Choose another one: make listen ARGS=\"--port %d\"%n",
            port, port == 65_535 ? 8080 : port + 1);
        return 1;
      }
    } catch (UsageException e) {
      err.println("listen: " + e.getMessage());
      err.println(USAGE);
      return 2;
    } catch (IOException e) {
      err.println("listen: " + e.getMessage());
      return 1;
    }
  }
}
