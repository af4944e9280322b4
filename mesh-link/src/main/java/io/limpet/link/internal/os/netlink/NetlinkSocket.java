package io.limpet.link.internal.os.netlink;

import com.sun.jna.LastErrorException;
import io.limpet.link.internal.os.jna.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** An rtnetlink socket that never waits. Confined to one thread. */
public final class NetlinkSocket implements AutoCloseable {
  /** The kernel had more to say than the buffer held: what is known is out of date. */
  static final int ENOBUFS = 105;

  private static final int EAGAIN = 11;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int RECEIVE_BUFFER_BYTES = 1 << 20;
  private static final int KERNEL_ADDRESS_BYTES = 12;

  private final int fd;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int sequence;

  /**
   * Opens a socket.
   *
   * @param groups bit mask of the multicast groups to hear, 0 for none
   * @throws LastErrorException when the kernel has no netlink, or refuses
   */
  public NetlinkSocket(int groups) {
    fd = LibC.open(LibC.AF_NETLINK, LibC.SOCK_RAW, 0);
    try {
      LibC.receiveBuffer(
          fd,
          ByteBuffer.allocate(4)
              .order(ByteOrder.nativeOrder())
              .putInt(RECEIVE_BUFFER_BYTES)
              .array());
      LibC.bind(fd, address(groups));
    } catch (LastErrorException e) {
      LibC.closeQuietly(fd);
      throw e;
    }
  }

  private static byte[] address(int groups) {
    return ByteBuffer.allocate(KERNEL_ADDRESS_BYTES)
        .order(ByteOrder.nativeOrder())
        .putShort((short) LibC.AF_NETLINK)
        .putShort((short) 0)
        .putInt(0)
        .putInt(groups)
        .array();
  }

  int fd() {
    return fd;
  }

  /** Returns a new number for a request. */
  public int nextSequence() {
    return ++sequence;
  }

  /** Sends a request; the kernel has carried it out when this returns. */
  public void send(byte[] message) {
    LibC.send(fd, message, address(0));
  }

  /**
   * Reads one datagram's messages.
   *
   * @return false when there is nothing to read now
   * @throws LastErrorException with {@link #ENOBUFS} when messages were lost
   */
  public boolean receive(Consumer<NetlinkMessage> sink) {
    int length;
    try {
      length = LibC.receive(fd, buffer);
    } catch (LastErrorException e) {
      if (e.getErrorCode() == EAGAIN) {
        return false;
      }
      throw e;
    }
    int unused = NetlinkCodec.read(ByteBuffer.wrap(buffer, 0, length), sink);
    return length > 0;
  }

  @Override
  public void close() {
    LibC.closeQuietly(fd);
  }
}
