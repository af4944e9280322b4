package io.limpet.link.internal.os.linux;

import io.limpet.link.internal.os.jna.ErrnoException;
import io.limpet.link.internal.os.jna.NativeSocket;
import io.limpet.link.internal.os.jna.SocketAddresses;
import io.limpet.link.internal.os.netlink.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Requests to the kernel and their answers, on a socket of their own. The kernel answers while it
 * takes the request, so the waits below are bounds for what should never be waited for. Not
 * thread-safe.
 */
public final class NetlinkClient implements AutoCloseable {
  /** The rtnetlink protocol. */
  public static final int ROUTE = 0;

  /** The protocol for socket diagnosis. */
  public static final int SOCK_DIAG = 4;

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int ACK_TIMEOUT_MS = 5;
  private static final int DUMP_ATTEMPTS = 3;

  private final NativeSocket socket;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private int sequence;

  /** Opens a socket for one of the netlink protocols. */
  public NetlinkClient(int protocol) throws ErrnoException {
    socket = NativeSocket.open(NativeSocket.AF_NETLINK, NativeSocket.SOCK_RAW, protocol);
    try {
      socket.bind(SocketAddresses.netlink(0));
    } catch (ErrnoException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends a request and reads its acknowledgement.
   *
   * @param request makes the request from its sequence number
   * @return 0 when it was carried out, else the error number; ETIMEDOUT when no answer came
   */
  public int request(IntFunction<byte[]> request) {
    try {
      int own = ++sequence;
      socket.send(request.apply(own), null);
      Answer answer = new Answer(own);
      read(answer, message -> {}, ACK_TIMEOUT_MS);
      return answer.done ? answer.errno : ErrnoException.ETIMEDOUT;
    } catch (ErrnoException e) {
      return e.errno();
    }
  }

  /**
   * Dumps a table; asks anew when the table changed meanwhile, so that entries may be delivered
   * more than once.
   *
   * @throws ErrnoException when the kernel refuses, or does not answer in time
   */
  public void dump(IntFunction<byte[]> request, Consumer<NetlinkMessage> consumer, int timeoutMs)
      throws ErrnoException {
    for (int attempt = 1; ; attempt++) {
      int own = ++sequence;
      socket.send(request.apply(own), null);
      Answer answer = new Answer(own);
      read(answer, consumer, timeoutMs);
      if (!answer.done) {
        throw new ErrnoException("netlink dump", ErrnoException.ETIMEDOUT);
      }
      if (answer.errno != 0) {
        throw new ErrnoException("netlink dump", answer.errno);
      }
      if (!answer.interrupted || attempt == DUMP_ATTEMPTS) {
        return;
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }

  private void read(Answer answer, Consumer<NetlinkMessage> consumer, int timeoutMs)
      throws ErrnoException {
    long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000L;
    while (!answer.done) {
      if (socket.receive(buffer)) {
        NetlinkMessage.forEach(buffer, message -> answer.take(message, consumer));
        continue;
      }
      long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        return;
      }
      socket.awaitReadable((int) leftMs);
    }
  }

  /** What has come of one request. */
  private static final class Answer {
    private final int sequence;
    private boolean done;
    private boolean interrupted;
    private int errno;

    Answer(int sequence) {
      this.sequence = sequence;
    }

    void take(NetlinkMessage message, Consumer<NetlinkMessage> consumer) {
      if (message.sequence() != sequence) {
        // A late answer to a request that was given up.
        return;
      }
      interrupted |= message.isDumpInterrupted();
      if (message.isDone() || message.isError()) {
        done = true;
        errno = message.errno();
      } else {
        consumer.accept(message);
      }
    }
  }
}
