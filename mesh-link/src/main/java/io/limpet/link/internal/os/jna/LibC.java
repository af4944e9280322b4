package io.limpet.link.internal.os.jna;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/**
 * Sockets of families that Java does not know, on 64-bit Linux: for set-up and rare requests, not
 * for the data path. Safe for any thread.
 */
public final class LibC {
  /** Netlink. */
  public static final int AF_NETLINK = 16;

  /** Frames of an interface. */
  public static final int AF_PACKET = 17;

  /** Datagrams with their lower-layer header. */
  public static final int SOCK_RAW = 3;

  /** Reads and writes never wait. */
  public static final int SOCK_NONBLOCK = 0x800;

  /** Not passed on to child processes. */
  public static final int SOCK_CLOEXEC = 0x80000;

  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUF = 8;

  static {
    Native.register(LibC.class, "c");
  }

  private LibC() {}

  private static native int socket(int domain, int type, int protocol) throws LastErrorException;

  private static native int bind(int fd, byte[] address, int length) throws LastErrorException;

  private static native long sendto(
      int fd, byte[] data, long length, int flags, byte[] address, int addressLength)
      throws LastErrorException;

  private static native long recv(int fd, byte[] data, long length, int flags)
      throws LastErrorException;

  private static native int setsockopt(int fd, int level, int name, byte[] value, int length)
      throws LastErrorException;

  private static native int close(int fd) throws LastErrorException;

  /** Opens a socket that never waits; throws with the errno when the kernel refuses. */
  public static int open(int domain, int type, int protocol) {
    return socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  }

  /** Binds a socket to a raw {@code sockaddr}. */
  public static void bind(int fd, byte[] address) {
    int unused = bind(fd, address, address.length);
  }

  /** Sends to a raw {@code sockaddr}. */
  public static void send(int fd, byte[] data, byte[] address) {
    long unused = sendto(fd, data, data.length, 0, address, address.length);
  }

  /** Receives what is there; throws with EAGAIN when nothing is. */
  public static int receive(int fd, byte[] into) {
    return (int) recv(fd, into, into.length, 0);
  }

  /** Asks for a receive buffer of so many bytes. */
  public static void receiveBuffer(int fd, byte[] nativeInt) {
    int unused = setsockopt(fd, SOL_SOCKET, SO_RCVBUF, nativeInt, nativeInt.length);
  }

  /** Closes a descriptor, whatever it says. */
  public static void closeQuietly(int fd) {
    try {
      int unused = close(fd);
    } catch (LastErrorException e) {
      // Nothing that the caller could do about it.
      return;
    }
  }
}
