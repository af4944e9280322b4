package io.limpet.link.internal.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers datagrams of one size to one destination, so that the kernel takes them as one
 * (UDP_SEGMENT) instead of walking its whole send path for each. Where the kernel or the device
 * refuses, single datagrams go out from then on. Confined to the event loop.
 *
 * <p>All are copied into one stretch of memory outside of the heap, which is used anew as soon as
 * the kernel has taken what is in it: as a rule that is at each flush.
 */
final class SegmentBatch {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentBatch.class);

  /** UDP_MAX_SEGMENTS of the kernels before 6.9. */
  private static final int MAX_SEGMENTS = 64;

  /** Less than the largest datagram over IPv4: 65,507 bytes. */
  private static final int MAX_BYTES = 65_400;

  private static final int MEMORY_BYTES = 2 * MAX_BYTES;

  private final Channel channel;
  private boolean refused;
  private @Nullable ByteBuf memory;
  private @Nullable InetSocketAddress destination;
  private int startIndex;
  private int segmentBytes;
  private int segments;

  SegmentBatch(Channel channel) {
    this.channel = channel;
  }

  static boolean isSupported() {
    return Epoll.isAvailable() && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
  }

  /** Takes one datagram, whose ownership passes. */
  void add(InetSocketAddress to, ByteBuf datagram) {
    int bytes = datagram.readableBytes();
    if (segments > 0
        && (refused || !to.equals(destination) || bytes > segmentBytes || isFull(bytes))) {
      finish();
    }
    if (segments == 0) {
      startIndex = begin(bytes).writerIndex();
      destination = to;
      segmentBytes = bytes;
    }
    ByteBuf all = memory;
    if (all != null) {
      all.writeBytes(datagram);
    }
    datagram.release();
    segments++;
    if (bytes < segmentBytes) {
      finish(); // only the last segment may be shorter
    }
  }

  private boolean isFull(int bytes) {
    return segments >= MAX_SEGMENTS || segments * segmentBytes + bytes > MAX_BYTES;
  }

  /** Returns the memory, with room for a whole batch, or for the one datagram if that is larger. */
  private ByteBuf begin(int bytes) {
    int wanted = Math.max(MAX_BYTES, bytes);
    ByteBuf current = memory;
    if (current != null && current.writableBytes() < wanted && current.refCnt() > 1) {
      channel.flush();
    }
    if (current != null && current.refCnt() == 1) {
      current.clear();
    }
    if (current == null || current.writableBytes() < wanted) {
      release(); // the kernel is slow: it gets to keep what it has
      current = Unpooled.directBuffer(MEMORY_BYTES, MEMORY_BYTES);
      memory = current;
    }
    return current;
  }

  /** Hands what was gathered to the channel. */
  void finish() {
    InetSocketAddress to = destination;
    ByteBuf all = memory;
    if (segments == 0 || to == null || all == null) {
      return;
    }
    ByteBuf batch = all.retainedSlice(startIndex, all.writerIndex() - startIndex);
    int count = segments;
    segments = 0;
    destination = null;
    if (count == 1) {
      var unused = channel.write(new DatagramPacket(batch, to), channel.voidPromise());
    } else {
      var unused =
          channel
              .write(new SegmentedDatagramPacket(batch, segmentBytes, to))
              .addListener(written -> onWritten((ChannelFuture) written));
    }
  }

  private void onWritten(ChannelFuture written) {
    Throwable cause = written.cause();
    if (cause == null || !channel.isActive()) {
      return;
    }
    if (!isRefusal(cause)) {
      channel.pipeline().fireExceptionCaught(cause); // as a single datagram's would be
    } else if (!refused) {
      refused = true;
      LOG.debug("no segmentation offload here: {}", cause.toString());
    }
  }

  /** EIO and EINVAL say that this device cannot; anything else is an ordinary loss. */
  private static boolean isRefusal(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.contains("error(-5)") || message.contains("error(-22)");
  }

  void discard() {
    segments = 0;
    release();
  }

  private void release() {
    ByteBuf current = memory;
    if (current != null) {
      memory = null;
      current.release();
    }
  }
}
