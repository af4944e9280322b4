package io.limpet.tcp.internal.kernel;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A TUN device of the namespace this process is in: IP packets in, IP packets out. */
final class Tun implements AutoCloseable {
  private static final int O_RDWR_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
  private static final long TUNSETIFF = 0x4004_54caL;
  private static final short IFF_TUN_NO_PI = 0x1001;
  private static final int NAME_BYTES = 16;
  private static final int REQUEST_BYTES = 40;
  private static final short POLLIN = 1;

  private final int fd;
  private final ByteBuffer descriptor = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
  private final ByteBuffer patience = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());

  /** The few calls of the C library that this takes. */
  private static final class LibC {
    static {
      Native.register(LibC.class, "c");
    }

    static native int open(String path, int flags);

    static native int ioctl(int fd, NativeLong request, byte[] argument);

    static native NativeLong read(int fd, ByteBuffer into, NativeLong bytes);

    static native NativeLong write(int fd, ByteBuffer from, NativeLong bytes);

    static native int ppoll(
        ByteBuffer descriptors, NativeLong count, ByteBuffer timeout, @Nullable ByteBuffer mask);

    static native int close(int fd);
  }

  private Tun(int fd) {
    this.fd = fd;
    descriptor.putInt(0, fd).putShort(4, POLLIN);
  }

  /** Makes the device. */
  static Tun open(String name) throws IOException {
    int fd = LibC.open("/dev/net/tun", O_RDWR_NONBLOCK_CLOEXEC);
    if (fd < 0) {
      throw new IOException("/dev/net/tun: errno " + Native.getLastError());
    }
    ByteBuffer request = ByteBuffer.allocate(REQUEST_BYTES).order(ByteOrder.nativeOrder());
    request.put(name.getBytes(StandardCharsets.US_ASCII)).putShort(NAME_BYTES, IFF_TUN_NO_PI);
    if (LibC.ioctl(fd, new NativeLong(TUNSETIFF), request.array()) < 0) {
      int errno = Native.getLastError();
      int unused = LibC.close(fd);
      throw new IOException("TUNSETIFF: errno " + errno);
    }
    return new Tun(fd);
  }

  /** Returns the descriptor, which does not block; it stays this object's. */
  int fd() {
    return fd;
  }

  /** Reads one packet into a direct buffer and flips it; false when none is waiting. */
  boolean read(ByteBuffer into) {
    into.clear();
    long count = LibC.read(fd, into, new NativeLong(into.capacity())).longValue();
    into.limit((int) Math.max(count, 0));
    return count > 0;
  }

  /** Writes one packet from a direct buffer's position 0 to its limit. */
  void write(ByteBuffer packet) throws IOException {
    if (LibC.write(fd, packet, new NativeLong(packet.limit())).longValue() != packet.limit()) {
      throw new IOException("the device refused a packet: errno " + Native.getLastError());
    }
  }

  /** Waits until a packet can be read or the time is up. */
  void awaitReadable(long timeoutNs) {
    patience.putLong(0, timeoutNs / 1_000_000_000L).putLong(8, timeoutNs % 1_000_000_000L);
    // The result says no more than the read that follows.
    int unused = LibC.ppoll(descriptor, new NativeLong(1), patience, null);
  }

  @Override
  public void close() {
    int unused = LibC.close(fd);
  }
}
