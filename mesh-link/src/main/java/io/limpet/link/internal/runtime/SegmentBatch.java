package io.limpet.link.internal.runtime;

import io.netty.buffer.ByteBuf;
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
 */
final class SegmentBatch {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentBatch.class);

  private static final int MAX_SEGMENTS = 40;
  private static final int MAX_BYTES = 60_000;

  private final Channel channel;
  private boolean refused;
  private @Nullable ByteBuf first;
  private @Nullable ByteBuf gathered;
  private @Nullable InetSocketAddress destination;
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
    if (refused) {
      writeSingle(to, datagram);
      return;
    }
    int bytes = datagram.readableBytes();
    if (segments > 0 && (!to.equals(destination) || bytes > segmentBytes || isFull(bytes))) {
      finish();
    }
    if (segments == 0) {
      first = datagram;
      destination = to;
      segmentBytes = bytes;
      segments = 1;
      return;
    }
    ByteBuf all = gather();
    all.writeBytes(datagram);
    datagram.release();
    segments++;
    if (bytes < segmentBytes) {
      finish(); // only the last segment may be shorter
    }
  }

  private boolean isFull(int bytes) {
    return segments >= MAX_SEGMENTS || (segments + 1) * segmentBytes + bytes > MAX_BYTES;
  }

  private ByteBuf gather() {
    ByteBuf all = gathered;
    ByteBuf alone = first;
    if (all == null) {
      all = channel.alloc().directBuffer(MAX_BYTES);
      gathered = all;
    }
    if (alone != null) {
      all.writeBytes(alone);
      alone.release();
      first = null;
    }
    return all;
  }

  /** Hands what was gathered to the channel. */
  void finish() {
    InetSocketAddress to = destination;
    if (segments == 0 || to == null) {
      return;
    }
    ByteBuf alone = first;
    ByteBuf all = gathered;
    first = null;
    gathered = null;
    destination = null;
    segments = 0;
    if (alone != null) {
      writeSingle(to, alone);
    } else if (all != null) {
      var unused =
          channel
              .write(new SegmentedDatagramPacket(all, segmentBytes, to))
              .addListener(written -> onWritten((ChannelFuture) written));
    }
  }

  private void writeSingle(InetSocketAddress to, ByteBuf datagram) {
    var unused = channel.write(new DatagramPacket(datagram, to), channel.voidPromise());
  }

  private void onWritten(ChannelFuture written) {
    Throwable cause = written.cause();
    if (cause != null && channel.isActive() && !refused && isRefusal(cause)) {
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
    if (first != null) {
      first.release();
      first = null;
    }
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
    segments = 0;
  }
}
