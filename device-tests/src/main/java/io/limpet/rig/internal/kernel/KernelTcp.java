package io.limpet.rig.internal.kernel;

import io.limpet.rig.RigException;
import io.limpet.rig.TcpProbe;
import io.limpet.rig.TcpProbe.Outcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** One connection attempt by a kernel's own TCP. */
final class KernelTcp {
  private KernelTcp() {}

  /**
   * Closes the channel, with a reset if it was connected, so that probes leave no TIME_WAIT behind.
   */
  static TcpProbe probe(SocketChannel channel, InetSocketAddress target, Duration timeout) {
    long startNs = System.nanoTime();
    Outcome outcome = attempt(channel, target, startNs + timeout.toNanos());
    return new TcpProbe(outcome, Duration.ofNanos(System.nanoTime() - startNs));
  }

  private static Outcome attempt(SocketChannel channel, InetSocketAddress target, long deadlineNs) {
    try (channel;
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      if (channel.connect(target)) {
        return Outcome.CONNECTED;
      }
      channel.register(selector, SelectionKey.OP_CONNECT);
      while (true) {
        long leftMs = (deadlineNs - System.nanoTime() + 999_999) / 1_000_000;
        if (leftMs <= 0) {
          return Outcome.TIMED_OUT;
        }
        if (selector.select(leftMs) > 0 && channel.finishConnect()) {
          return Outcome.CONNECTED;
        }
        selector.selectedKeys().clear();
      }
    } catch (ConnectException e) {
      String message = String.valueOf(e.getMessage());
      return message.contains("refused")
          ? Outcome.REFUSED
          : message.contains("timed out") ? Outcome.TIMED_OUT : Outcome.UNREACHABLE;
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains("unreachable") || message.contains("No route")) {
        return Outcome.UNREACHABLE;
      }
      throw new RigException("the probe itself failed: " + e.getMessage(), e);
    }
  }
}
