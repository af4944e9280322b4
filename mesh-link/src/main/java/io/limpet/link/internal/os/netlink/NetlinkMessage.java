package io.limpet.link.internal.os.netlink;

import io.limpet.link.Bytes;
import io.limpet.link.internal.os.NeighbourEntry;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** One message of rtnetlink, as far as it matters here. All are values. */
public sealed interface NetlinkMessage {

  /** An interface exists, or changed. */
  record Link(int index, String name, @Nullable Bytes mac, int flags, int mtuBytes)
      implements NetlinkMessage {}

  /** An interface is gone. */
  record LinkGone(int index) implements NetlinkMessage {}

  /** An address exists, or changed; {@code usable} is false while it is being checked. */
  record Address(int interfaceIndex, InetAddress address, int prefixLengthBits, boolean usable)
      implements NetlinkMessage {}

  /** An address is gone. */
  record AddressGone(int interfaceIndex, InetAddress address) implements NetlinkMessage {}

  /** A neighbour entry exists, or changed. */
  record Neighbour(NeighbourEntry entry) implements NetlinkMessage {}

  /** A neighbour entry is gone. */
  record NeighbourGone(int interfaceIndex, InetAddress ip) implements NetlinkMessage {}

  /** The answer to a request; {@code errno} is 0 when it was carried out. */
  record Acknowledgement(int sequence, int errno) implements NetlinkMessage {}

  /** The end of a dump. */
  record Done(int sequence) implements NetlinkMessage {}
}
