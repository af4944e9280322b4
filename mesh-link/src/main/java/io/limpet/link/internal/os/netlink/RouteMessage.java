package io.limpet.link.internal.os.netlink;

import io.limpet.link.Bytes;
import io.limpet.link.internal.os.NeighbourState;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What an rtnetlink message says about an interface, an address or a neighbour. */
public sealed interface RouteMessage {
  /** Returns the kernel's interface index. */
  int interfaceIndex();

  /** Says whether this is a removal. */
  boolean removed();

  /**
   * An interface.
   *
   * @param flags IFF_…
   * @param mac 6 bytes and not all zero, or null
   * @param enslavedAs the kind of master that takes what this interface receives, such as {@code
   *     bridge} or {@code bond}, or null
   */
  record Link(
      int interfaceIndex,
      boolean removed,
      int flags,
      String name,
      @Nullable Bytes mac,
      int mtuBytes,
      @Nullable String enslavedAs)
      implements RouteMessage {
    private static final int UP = 0x1;
    private static final int LOOPBACK = 0x8;
    private static final int POINT_TO_POINT = 0x10;
    private static final int MULTICAST = 0x1000;
    private static final int LOWER_UP = 0x10000;

    /** Says whether it is up and has a carrier. */
    public boolean up() {
      return (flags & (UP | LOWER_UP)) == (UP | LOWER_UP);
    }

    /** Says whether it can do multicast. */
    public boolean multicast() {
      return (flags & MULTICAST) != 0;
    }

    /** Says whether it is the loopback interface. */
    public boolean loopback() {
      return (flags & LOOPBACK) != 0;
    }

    /** Says whether it has but one other end. */
    public boolean pointToPoint() {
      return (flags & POINT_TO_POINT) != 0;
    }
  }

  /**
   * An address of this machine.
   *
   * @param flags IFA_F_…
   */
  record Address(
      int interfaceIndex, boolean removed, InetAddress address, int prefixLength, int flags)
      implements RouteMessage {
    private static final int OPTIMISTIC = 0x04;
    private static final int DADFAILED = 0x08;
    private static final int DEPRECATED = 0x20;
    private static final int TENTATIVE = 0x40;

    /** Says whether it may be used as a source now. */
    public boolean usable() {
      boolean tentative = (flags & TENTATIVE) != 0 && (flags & OPTIMISTIC) == 0;
      return !tentative && (flags & (DADFAILED | DEPRECATED)) == 0;
    }
  }

  /** An entry of the neighbour table. */
  record Neighbour(
      int interfaceIndex,
      boolean removed,
      InetAddress ip,
      @Nullable Bytes mac,
      NeighbourState state)
      implements RouteMessage {}
}
