package io.limpet.rig.internal.medium;

import io.limpet.rig.RigException;
import io.limpet.rig.internal.radio.EthernetFrames;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that is a non-blocking descriptor on which each read and each write is one Ethernet frame:
 * a TAP device or a packet socket. Lives on an epoll event loop.
 */
public final class DescriptorPort implements Port {
  private static final Logger LOG = LoggerFactory.getLogger(DescriptorPort.class);

  /** Frames taken from one port before the others get their turn. */
  private static final int READ_BUDGET = 64;

  /** A full transmit ring of a TAP device is 500 frames by default, ours is set to twice that. */
  private static final int DRAIN_BUDGET = 4096;

  private static final long REGISTER_TIMEOUT_SECONDS = 10;

  private final FileDescriptor descriptor;
  private final FrameSink sink;
  private final Runnable batchEnd;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(EthernetFrames.MAXIMUM_BYTES + 1);
  private @Nullable IoRegistration registration;
  private long receiveDrops;
  private boolean closed;

  private DescriptorPort(int descriptor, FrameSink sink, Runnable batchEnd) {
    this.descriptor = new FileDescriptor(descriptor);
    this.sink = sink;
    this.batchEnd = batchEnd;
  }

  /**
   * Puts a descriptor on an event loop; the port owns it from now on.
   *
   * @param batchEnd run after each batch of frames
   */
  public static DescriptorPort register(
      IoEventLoop loop, int descriptor, FrameSink sink, Runnable batchEnd) {
    DescriptorPort port = new DescriptorPort(descriptor, sink, batchEnd);
    try {
      port.registration =
          loop.register(port.new Handle()).get(REGISTER_TIMEOUT_SECONDS, TimeUnit.SECONDS);
      port.registration.submit(EpollIoOps.EPOLLIN);
      return port;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new RigException("a port could not be put on the event loop", e);
    }
  }

  @Override
  public void receive(byte[] frame) {
    if (closed) {
      return;
    }
    buffer.clear();
    buffer.put(frame);
    try {
      if (descriptor.write(buffer, 0, frame.length) != frame.length) {
        receiveDrops++;
      }
    } catch (IOException e) {
      // The laptop's interface is down (EIO, ENETDOWN) or gone: its radio hears nothing.
      receiveDrops++;
      LOG.trace("a frame could not be handed over", e);
    }
  }

  @Override
  public void drain() {
    read(DRAIN_BUDGET);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (registration != null) {
      registration.cancel();
    }
    if (receiveDrops > 0) {
      LOG.debug("{} frames could not be handed to {}", receiveDrops, descriptor);
    }
    try {
      descriptor.close();
    } catch (IOException e) {
      LOG.warn("closing a port failed", e);
    }
  }

  private void read(int budget) {
    try {
      for (int i = 0; i < budget && !closed; i++) {
        buffer.clear();
        int length = descriptor.read(buffer, 0, buffer.capacity());
        if (length <= 0) {
          return;
        }
        byte[] frame = new byte[length];
        buffer.get(0, frame);
        sink.onFrame(frame);
      }
    } catch (IOException e) {
      // ENETDOWN once after the interface went down; EIO while it is.
      LOG.trace("a port could not be read", e);
    }
  }

  private final class Handle implements EpollIoHandle {
    @Override
    public FileDescriptor fd() {
      return descriptor;
    }

    @Override
    public void handle(IoRegistration source, IoEvent event) {
      if (closed) {
        return;
      }
      read(READ_BUDGET);
      batchEnd.run();
    }

    @Override
    public void close() {
      DescriptorPort.this.close();
    }
  }
}
