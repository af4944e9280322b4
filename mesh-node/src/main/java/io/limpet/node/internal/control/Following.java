package io.limpet.node.internal.control;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Things that happen, handed to a client as they do. */
final class Following<V> {
  private static final int QUEUE_EVENTS = 10_000;

  private final BlockingQueue<V> queue = new LinkedBlockingQueue<>(QUEUE_EVENTS);

  /** Takes what has happened; a client that is ten thousand behind loses the newest. Any thread. */
  void add(V event) {
    queue.offer(event);
  }

  /**
   * Hands events over until there were so many, or the last one.
   *
   * @param isLast ends it, and is not handed over
   * @param isKnown leaves out what the client has already
   * @return false if the thread was interrupted
   */
  boolean hand(ControlServer.Reply reply, long limit, Predicate<V> isLast, Predicate<V> isKnown)
      throws IOException {
    try {
      for (long handed = 0; handed < limit; ) {
        V event = queue.poll(1, TimeUnit.SECONDS);
        if (event == null) {
          // Writing is how a client that went away is noticed.
          reply.event(Map.of());
        } else if (isLast.test(event)) {
          break;
        } else if (!isKnown.test(event)) {
          reply.event(event);
          handed++;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The same, and then there is no result to wait for. */
  void run(ControlServer.Reply reply, long limit, Predicate<V> isLast, Predicate<V> isKnown)
      throws IOException {
    if (hand(reply, limit, isLast, isKnown)) {
      reply.result(Map.of());
    }
  }
}
