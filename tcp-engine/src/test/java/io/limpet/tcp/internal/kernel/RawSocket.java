package io.limpet.tcp.internal.kernel;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import io.limpet.link.MeshAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A TCP socket of the kernel with the calls that Java's has not: out-of-band data and its mark. */
final class RawSocket implements AutoCloseable {
  private static final int AF_INET6 = 10;
  private static final int SOCK_STREAM = 1;
  private static final int MSG_OOB = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final long SIOCATMARK = 0x8905;
  private static final int ADDRESS_BYTES = 28;

  private final int fd;

  /** The few calls of the C library that this takes. */
  private static final class LibC {
    static {
      Native.register(LibC.class, "c");
    }

    static native int socket(int family, int type, int protocol);

    static native int bind(int fd, byte[] address, int bytes);

    static native int connect(int fd, byte[] address, int bytes);

    static native int setsockopt(int fd, int level, int option, byte[] value, int bytes);

    static native NativeLong send(int fd, byte[] data, NativeLong bytes, int flags);

    static native NativeLong recv(int fd, byte[] into, NativeLong bytes, int flags);

    static native int ioctl(int fd, NativeLong request, byte[] argument);

    static native int close(int fd);
  }

  private RawSocket(int fd) {
    this.fd = fd;
  }

  /** Connects to the engine. */
  static RawSocket connect(int port) throws IOException {
    RawSocket socket = new RawSocket(LibC.socket(AF_INET6, SOCK_STREAM, 0));
    byte[] tenSeconds = native64(10);
    socket.check(LibC.setsockopt(socket.fd, SOL_SOCKET, SO_RCVTIMEO, tenSeconds, 16), "timeout");
    socket.check(LibC.bind(socket.fd, address(Bridge.KERNEL, 0), ADDRESS_BYTES), "bind");
    socket.check(LibC.connect(socket.fd, address(Bridge.ENGINE, port), ADDRESS_BYTES), "connect");
    return socket;
  }

  private static byte[] native64(long seconds) {
    return ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putLong(seconds).array();
  }

  private static byte[] address(MeshAddress ip, int port) {
    ByteBuffer address = ByteBuffer.allocate(ADDRESS_BYTES);
    address.order(ByteOrder.nativeOrder()).putShort((short) AF_INET6);
    address.order(ByteOrder.BIG_ENDIAN).putShort((short) port).putInt(0);
    ip.write(address);
    return address.array();
  }

  private long check(long result, String what) throws IOException {
    if (result < 0) {
      throw new IOException(what + ": errno " + Native.getLastError());
    }
    return result;
  }

  void send(String text) throws IOException {
    send(text, 0);
  }

  /** Sends with the last byte out of band. */
  void sendUrgent(String text) throws IOException {
    send(text, MSG_OOB);
  }

  private void send(String text, int flags) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    check(LibC.send(fd, bytes, new NativeLong(bytes.length), flags).longValue(), "send");
  }

  /** Receives what there is, up to the mark. */
  String receive() throws IOException {
    return receive(0);
  }

  /** Receives the byte that is out of band. */
  String receiveUrgent() throws IOException {
    return receive(MSG_OOB);
  }

  private String receive(int flags) throws IOException {
    byte[] bytes = new byte[1000];
    int count =
        (int) check(LibC.recv(fd, bytes, new NativeLong(bytes.length), flags).longValue(), "recv");
    return new String(Arrays.copyOf(bytes, count), StandardCharsets.US_ASCII);
  }

  /** Says whether the next byte to read is the one after the mark. */
  boolean isAtMark() throws IOException {
    byte[] answer = new byte[4];
    check(LibC.ioctl(fd, new NativeLong(SIOCATMARK), answer), "SIOCATMARK");
    return ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder()).getInt() != 0;
  }

  @Override
  public void close() {
    int unused = LibC.close(fd);
  }
}
