package io.limpet.rig.internal.os;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Sends one ICMP echo request (RFC 792) and waits for its reply. */
public final class IcmpEcho implements AutoCloseable {
  private static final int IPPROTO_ICMP = 1;
  private static final byte ECHO_REQUEST = 8;
  private static final byte ECHO_REPLY = 0;
  private static final int MESSAGE_BYTES = 8 + 48;
  private static final int SOCKADDR_IN_BYTES = 16;
  private static final int RECEIVE_BYTES = 2048;
  private static final int EAGAIN = 11;
  private static final int EINTR = 4;

  private final int fd;

  private IcmpEcho(int fd) {
    this.fd = fd;
  }

  /** Opens the socket, in the calling thread's namespace; it may be used by any one thread. */
  public static IcmpEcho open() {
    return new IcmpEcho(LibC.socket(LibC.AF_INET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, IPPROTO_ICMP));
  }

  /** The round-trip time, or nothing within the timeout. */
  public Optional<Duration> send(Inet4Address target, Duration timeout) {
    int token = ThreadLocalRandom.current().nextInt();
    byte[] request = request(token);
    ByteBuffer address = ByteBuffer.allocate(SOCKADDR_IN_BYTES).order(ByteOrder.nativeOrder());
    address.putShort((short) LibC.AF_INET).putShort((short) 0).put(target.getAddress());
    long startNs = System.nanoTime();
    try {
      LibC.sendto(
          fd, request, new NativeLong(request.length), 0, address.array(), SOCKADDR_IN_BYTES);
    } catch (LastErrorException e) {
      return Optional.empty();
    }
    byte[] reply = new byte[RECEIVE_BYTES];
    while (true) {
      long leftNs = timeout.toNanos() - (System.nanoTime() - startNs);
      if (leftNs <= 0) {
        return Optional.empty();
      }
      setReceiveTimeout(leftNs);
      try {
        int length = LibC.recv(fd, reply, new NativeLong(reply.length), 0).intValue();
        if (isReply(reply, length, token)) {
          return Optional.of(Duration.ofNanos(System.nanoTime() - startNs));
        }
      } catch (LastErrorException e) {
        if (e.getErrorCode() != EAGAIN && e.getErrorCode() != EINTR) {
          return Optional.empty();
        }
      }
    }
  }

  @Override
  public void close() {
    LibC.close(fd);
  }

  private static byte[] request(int token) {
    ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
    message.put(0, ECHO_REQUEST).putInt(4, token);
    int sum = 0;
    for (int i = 0; i < MESSAGE_BYTES; i += 2) {
      sum += message.getShort(i) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    return message.putShort(2, (short) ~sum).array();
  }

  // A raw socket gets every ICMP message with its IP header.
  private static boolean isReply(byte[] packet, int length, int token) {
    int header = (packet[0] & 0x0f) * 4;
    return length >= header + 8
        && packet[header] == ECHO_REPLY
        && ByteBuffer.wrap(packet).getInt(header + 4) == token;
  }

  private void setReceiveTimeout(long timeoutNs) {
    long micros = Math.max(1, timeoutNs / 1000);
    byte[] timeval =
        ByteBuffer.allocate(16)
            .order(ByteOrder.nativeOrder())
            .putLong(micros / 1_000_000)
            .putLong(micros % 1_000_000)
            .array();
    LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_RCVTIMEO, timeval, timeval.length);
  }
}
