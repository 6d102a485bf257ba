package io.httpqueue.harness;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The load generator's process. Its commands are the methods of {@link Generator}. */
public final class GeneratorMain {

  private static final long PAUSE_AFTER_FAILURE_MILLIS = 10;
  private static final long CHAIN_PAUSE_MILLIS = 100;

  private final Pusher pusher;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong end = new AtomicLong();
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile boolean byStream;
  private final ScheduledExecutorService later =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  private final PatientPusher patient;
  private final boolean keyed;
  private volatile boolean stopped;

  private GeneratorMain(Pusher pusher, boolean keyed) {
    this.pusher = pusher;
    this.patient = new PatientPusher(pusher, later);
    this.keyed = keyed;
  }

  /** Arguments: see {@link Generator.Settings}. */
  public static void main(String[] args) throws Exception {
    Logging.warningsOnly();
    Arguments arguments = new Arguments(List.of(args));
    Pusher.Content content =
        new Pusher.Content(
            arguments.text("namespace").orElseThrow(),
            List.of(arguments.text("events").orElseThrow().split(",")),
            new Payload(arguments.number("bytes").orElseThrow().intValue()),
            arguments.number("deadline").orElseThrow());
    List<Integer> ports =
        Stream.of(arguments.text("ports").orElseThrow().split(",")).map(Integer::valueOf).toList();
    int channels = arguments.number("channels").orElseThrow().intValue();
    boolean keyed = arguments.flag("keyed");
    arguments.rejectRest();
    GeneratorMain generator = new GeneratorMain(new Pusher(content, ports, channels), keyed);
    CommandLoop.run(generator::answer);
  }

  private String answer(String command, List<String> words) throws Exception {
    switch (command) {
      case "flat-out", "streams" -> {
        byStream = command.equals("streams");
        flatOut(Long.parseLong(words.get(0)), Integer.parseInt(words.get(1)));
      }
      case "chains" -> chains(Integer.parseInt(words.getFirst()));
      case "paced" -> paced(Long.parseLong(words.get(0)), Long.parseLong(words.get(1)));
      case "names" -> pusher.keepToNames(Integer.parseInt(words.getFirst()));
      case "stop" -> {
        end.set(next.get());
        stopped = true;
      }
      case "dump" -> pusher.write(Path.of(words.getFirst()));
      case "state" -> {}
      default -> throw new IllegalArgumentException("no such command: " + command);
    }
    return "%d %d %d".formatted(pusher.accepted(), pusher.failed(), underWay.get());
  }

  private void flatOut(long events, int callers) {
    end.set(next.get() + events);
    underWay.addAndGet(callers);
    for (int i = 0; i < callers; i++) {
      pushNext();
    }
  }

  private void pushNext() {
    long sequence = next.getAndIncrement();
    if (sequence >= end.get()) {
      next.decrementAndGet();
      underWay.decrementAndGet();
      return;
    }
    if (byStream) {
      pusher.pushByStream(pusher.event(sequence, false, System.nanoTime()), this::pushAfter);
    } else {
      pusher.push(pusher.event(sequence, false, System.nanoTime()), sequence, this::pushAfter);
    }
  }

  private void pushAfter(boolean accepted) {
    if (accepted) {
      pushNext();
    } else {
      // A server that refuses is not to be hammered.
      var _ = later.schedule(this::pushNext, PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void paced(long events, long perSecond) {
    end.set(next.get() + events);
    underWay.incrementAndGet();
    Thread.ofPlatform().name("pace").daemon().start(() -> pace(perSecond));
  }

  private void pace(long perSecond) {
    long start = System.nanoTime();
    for (long i = 0; next.get() < end.get(); i++) {
      long due = start + TimeUnit.SECONDS.toNanos(i) / perSecond;
      while (System.nanoTime() - due < 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      underWay.incrementAndGet();
      // From when it was due: a server that stalls cannot hide the pushes that waited for it.
      long sequence = next.getAndIncrement();
      patient.push(
          pusher.event(sequence, keyed && Pushes.isKeyed(sequence), due),
          accepted -> underWay.decrementAndGet());
    }
    underWay.decrementAndGet();
  }

  private void chains(int count) {
    underWay.addAndGet(count);
    for (int chain = 0; chain < count; chain++) {
      pushNextOf(chain, 0);
    }
  }

  /** Each event of a chain is pushed when the one before it has been accepted. */
  private void pushNextOf(int chain, long position) {
    if (stopped) {
      underWay.decrementAndGet();
      return;
    }
    Pusher.Event event =
        new Pusher.Event(
            Pushes.inChain(chain, position),
            Pushes.CHAIN_EVENT,
            "chain-" + chain,
            true,
            System.nanoTime());
    patient.push(
        event,
        accepted -> {
          var _ =
              later.schedule(
                  () -> pushNextOf(chain, position + 1), CHAIN_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        });
  }
}
