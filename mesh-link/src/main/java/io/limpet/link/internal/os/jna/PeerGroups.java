package io.limpet.link.internal.os.jna;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** All groups of the process at the other end of a Unix socket, as they were when it connected. */
public final class PeerGroups {
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERGROUPS = 59;
  private static final int MAX_GROUPS = 1024;

  private PeerGroups() {}

  /**
   * Returns the groups.
   *
   * @param primary what is known without asking; the answer where the kernel does not tell more
   */
  public static int[] of(int fd, int[] primary) {
    byte[] packed = new byte[4 * MAX_GROUPS];
    int[] length = {packed.length};
    if (LibC.getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, packed, length) < 0) {
      return primary;
    }
    int count = Math.min(length[0], packed.length) / 4;
    int[] all = new int[primary.length + count];
    System.arraycopy(primary, 0, all, 0, primary.length);
    ByteBuffer.wrap(packed)
        .order(ByteOrder.nativeOrder())
        .asIntBuffer()
        .get(all, primary.length, count);
    return all;
  }
}
