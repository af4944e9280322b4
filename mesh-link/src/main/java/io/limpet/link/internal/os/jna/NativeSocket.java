package io.limpet.link.internal.os.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A non-blocking socket of any family. Not thread-safe. */
public final class NativeSocket implements AutoCloseable {
  /** Address family of IPv4. */
  public static final int AF_INET = 2;

  /** Address family of IPv6. */
  public static final int AF_INET6 = 10;

  /** Address family of netlink. */
  public static final int AF_NETLINK = 16;

  /** Address family of link-layer frames. */
  public static final int AF_PACKET = 17;

  /** Datagrams. */
  public static final int SOCK_DGRAM = 2;

  /** Raw messages. */
  public static final int SOCK_RAW = 3;

  private static final int SOCK_CLOEXEC_NONBLOCK = 0x80000 | 0x800;
  private static final short POLLIN = 1;
  private static final int EINTR = 4;

  private final int fd;
  private boolean closed;

  private NativeSocket(int fd) {
    this.fd = fd;
  }

  /** Opens a socket that neither blocks nor is inherited. */
  public static NativeSocket open(int family, int type, int protocol) throws ErrnoException {
    int fd = LibC.socket(family, type | SOCK_CLOEXEC_NONBLOCK, protocol);
    if (fd < 0) {
      throw new ErrnoException("socket", Native.getLastError());
    }
    return new NativeSocket(fd);
  }

  /** Returns the descriptor, which this object goes on owning. */
  public int fd() {
    return fd;
  }

  /** Binds to a packed socket address. */
  public void bind(byte[] address) throws ErrnoException {
    if (LibC.bind(fd, address, address.length) < 0) {
      throw new ErrnoException("bind", Native.getLastError());
    }
  }

  /** Sets an option to a packed value. */
  public void setOption(int level, int name, byte[] value) throws ErrnoException {
    if (LibC.setsockopt(fd, level, name, value, value.length) < 0) {
      throw new ErrnoException("setsockopt", Native.getLastError());
    }
  }

  /** Sets an option to an integer. */
  public void setOption(int level, int name, int value) throws ErrnoException {
    byte[] packed = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
    setOption(level, name, packed);
  }

  /**
   * Sends one message.
   *
   * @param address a packed socket address, or null for the default destination
   */
  public void send(byte[] data, byte @Nullable [] address) throws ErrnoException {
    int addressBytes = address == null ? 0 : address.length;
    NativeLong sent = LibC.sendto(fd, data, new NativeLong(data.length), 0, address, addressBytes);
    if (sent.longValue() < 0) {
      throw new ErrnoException("send", Native.getLastError());
    }
  }

  /**
   * Receives one message into a direct buffer and flips it.
   *
   * @return false when nothing is waiting
   */
  public boolean receive(ByteBuffer buffer) throws ErrnoException {
    buffer.clear();
    long read = LibC.recv(fd, buffer, new NativeLong(buffer.capacity()), 0).longValue();
    if (read < 0) {
      int errno = Native.getLastError();
      buffer.limit(0);
      if (errno == ErrnoException.EAGAIN || errno == EINTR) {
        return false;
      }
      throw new ErrnoException("recv", errno);
    }
    buffer.limit((int) read);
    return true;
  }

  /** Waits until a message can be received or the time is up. */
  public void awaitReadable(int timeoutMs) {
    byte[] descriptor =
        ByteBuffer.allocate(8)
            .order(ByteOrder.nativeOrder())
            .putInt(fd)
            .putShort(POLLIN)
            .putShort((short) 0)
            .array();
    // The result says no more than the receive that follows.
    int unused = LibC.poll(descriptor, new NativeLong(1), timeoutMs);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      int unused = LibC.close(fd);
    }
  }
}
