package io.limpet.rig.internal.bench;

import io.limpet.rig.RigDevice;
import io.limpet.rig.TcpSink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A bulk transfer by the kernel's TCP with its default congestion control. */
final class KernelBulk {
  private static final int CHUNK_BYTES = 64 << 10;

  private KernelBulk() {}

  /** Returns the name of the congestion control that the kernel uses unless told otherwise. */
  static String congestionControl() throws IOException {
    return Files.readString(Path.of("/proc/sys/net/ipv4/tcp_congestion_control")).strip();
  }

  /** Sends for some time; returns the bits per second that the receiver got meanwhile. */
  static long run(RigDevice from, RigDevice to, Duration duration) throws IOException {
    try (TcpSink sink = to.listenTcp(0);
        SocketChannel socket = from.openSocketChannel()) {
      socket.connect(new InetSocketAddress(to.ipv4(), sink.port()));
      socket.configureBlocking(false);
      ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
      long startNs = System.nanoTime();
      while (System.nanoTime() - startNs < duration.toNanos()) {
        if (!chunk.hasRemaining()) {
          chunk.clear();
        }
        if (socket.write(chunk) == 0) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
      }
      return Math.round(sink.bytesReceived() * 8e9 / (System.nanoTime() - startNs));
    }
  }
}
