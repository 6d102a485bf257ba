package io.httpqueue.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/1.1 receiver in one thread, as light as can be: on a machine with two cores it must leave
 * them to what is measured. Keeps a record of every request.
 */
final class ReceiverLoop implements Runnable {

  private static final int BACKLOG = 4096;

  private record Late(long dueNanos, ReceiverConnection connection, int receipt, int status)
      implements Comparable<Late> {

    @Override
    public int compareTo(Late other) {
      return Long.compare(dueNanos - other.dueNanos, 0);
    }
  }

  private final Selector selector;
  private final Behaviour[] behaviours;
  private final Records receipts = new Records(Receipts.RECORD_BYTES);
  private final PriorityQueue<Late> late = new PriorityQueue<>();
  private final Queue<FutureTask<?>> tasks = new ConcurrentLinkedQueue<>();
  private final List<Integer> ports = new ArrayList<>();
  private long taken;

  ReceiverLoop(int portCount, int webhooks) throws IOException {
    selector = Selector.open();
    behaviours = new Behaviour[webhooks];
    Arrays.fill(behaviours, Behaviour.ok());
    for (int i = 0; i < portCount; i++) {
      ServerSocketChannel server = ServerSocketChannel.open();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT);
      ports.add(server.socket().getLocalPort());
    }
  }

  List<Integer> ports() {
    return ports;
  }

  /** Runs something in the loop's thread and waits for it. */
  <T> T inLoop(Callable<T> task) throws Exception {
    FutureTask<T> future = new FutureTask<>(task);
    tasks.add(future);
    selector.wakeup();
    return future.get();
  }

  /** In the loop only. */
  Records receipts() {
    return receipts;
  }

  /** How many requests were answered with 2xx. In the loop only. */
  long taken() {
    return taken;
  }

  /** In the loop only. */
  void behave(int webhook, Behaviour behaviour) {
    behaviours[webhook] = behaviour;
  }

  @Override
  public void run() {
    try {
      while (true) {
        selector.select(this::handle, waitMillis());
        for (FutureTask<?> task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        answerLate();
      }
    } catch (IOException e) {
      throw new IllegalStateException("the receiver broke", e);
    }
  }

  private long waitMillis() {
    Late next = late.peek();
    if (next == null) {
      return 0;
    }
    long nanos = next.dueNanos - System.nanoTime();
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
  }

  private void handle(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        accept((ServerSocketChannel) key.channel());
      } else {
        read((ReceiverConnection) key.attachment());
      }
    } catch (IOException e) {
      key.cancel();
      closeQuietly(key);
    }
  }

  private void accept(ServerSocketChannel server) throws IOException {
    for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
      ReceiverConnection connection = new ReceiverConnection(channel);
      channel.register(selector, SelectionKey.OP_READ, connection);
    }
  }

  private void read(ReceiverConnection connection) throws IOException {
    if (!connection.read()) {
      connection.close();
      return;
    }
    while (connection.isOpen() && connection.hasRequest()) {
      int receipt = record(connection.request());
      treat(connection, receipt, behaviours[connection.request().webhook]);
      connection.done();
    }
  }

  private int record(ReceivedRequest request) {
    int receipt = receipts.add();
    receipts.putLong(receipt, Receipts.SEQUENCE, request.sequence);
    receipts.putLong(receipt, Receipts.SENT, request.sentNanos);
    receipts.putLong(receipt, Receipts.ARRIVED, System.nanoTime());
    receipts.putUuid(receipt, Receipts.EVENT, request.eventId);
    receipts.putUuid(receipt, Receipts.DELIVERY, request.deliveryId);
    receipts.putInt(receipt, Receipts.WEBHOOK, request.webhook);
    receipts.putInt(receipt, Receipts.STATUS_AND_ATTEMPT, request.attempt);
    return receipt;
  }

  private void treat(ReceiverConnection connection, int receipt, Behaviour behaviour)
      throws IOException {
    switch (behaviour) {
      case Behaviour.Answer(int status, Duration delay) when delay.isZero() ->
          answer(connection, receipt, status);
      case Behaviour.Answer(int status, Duration delay) ->
          late.add(new Late(System.nanoTime() + delay.toNanos(), connection, receipt, status));
      case Behaviour.Hang() -> {}
      case Behaviour.Reset() -> connection.reset();
      case Behaviour.Flap(int status, Duration period) -> {
        boolean well = System.nanoTime() / period.toNanos() % 2 == 0;
        answer(connection, receipt, well ? 200 : status);
      }
    }
  }

  private void answer(ReceiverConnection connection, int receipt, int status) throws IOException {
    int attempt = receipts.getInt(receipt, Receipts.STATUS_AND_ATTEMPT);
    connection.answer(status);
    receipts.putInt(receipt, Receipts.STATUS_AND_ATTEMPT, status << 16 | attempt);
    if (status / 100 == 2) {
      taken++;
    }
  }

  private void answerLate() {
    long now = System.nanoTime();
    while (!late.isEmpty() && late.peek().dueNanos - now <= 0) {
      Late next = late.remove();
      try {
        if (next.connection.isOpen()) {
          answer(next.connection, next.receipt, next.status);
        }
      } catch (ClosedChannelException e) {
        // The sender's time was over: its receipt keeps the status 0.
      } catch (IOException e) {
        System.err.println("could not answer: " + e);
      }
    }
  }

  private static void closeQuietly(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      System.err.println("could not close: " + e);
    }
  }
}
