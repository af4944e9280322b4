package io.limpet.link.internal.os.control;

import com.sun.jna.LastErrorException;
import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.jna.LibC;
import io.limpet.link.internal.os.netlink.NetlinkCodec;
import io.limpet.link.internal.os.netlink.NetlinkCodec.WrittenState;
import io.limpet.link.internal.os.netlink.NetlinkMessage;
import io.limpet.link.internal.os.netlink.NetlinkSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a process with CAP_NET_ADMIN or CAP_NET_RAW can do. A capability that the kernel denies in
 * practice (a namespace that is not ours) is given up. Confined to the link's event loop.
 */
final class PrivilegedLinkControl implements LinkControl {
  private static final int EPERM = 1;
  private static final int SOCKADDR_LL_BYTES = 20;

  private final OrdinaryLinkControl ordinary;
  private final Set<Capability> capabilities;
  private @Nullable NetlinkSocket netlink;
  private int packetFd = -1;

  PrivilegedLinkControl(OrdinaryLinkControl ordinary, Set<Capability> capabilities) {
    this.ordinary = ordinary;
    this.capabilities = EnumSet.copyOf(capabilities);
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.copyOf(capabilities);
  }

  @Override
  public Outcome replaceNeighbour(LinkInterface on, InetAddress ip, Bytes mac) {
    if (!capabilities.contains(Capability.WRITE_NEIGHBOURS)) {
      return ordinary.replaceNeighbour(on, ip, mac);
    }
    return request(
        socket ->
            NetlinkCodec.writeNeighbour(
                on.index(), ip, mac, WrittenState.REACHABLE, socket.nextSequence()),
        "entry replaced");
  }

  @Override
  public Outcome flushNeighbour(LinkInterface on, InetAddress ip) {
    if (!capabilities.contains(Capability.WRITE_NEIGHBOURS)) {
      return ordinary.flushNeighbour(on, ip);
    }
    return request(
        socket -> NetlinkCodec.deleteNeighbour(on.index(), ip, socket.nextSequence()),
        "entry deleted");
  }

  @Override
  public Outcome probeNeighbour(LinkInterface on, InetAddress ip) {
    if (!capabilities.contains(Capability.WRITE_NEIGHBOURS)) {
      return ordinary.probeNeighbour(on, ip);
    }
    return request(
        socket ->
            NetlinkCodec.writeNeighbour(
                on.index(), ip, null, WrittenState.PROBE, socket.nextSequence()),
        "the kernel probes");
  }

  /** Makes a request's bytes. */
  private interface Request {
    byte[] on(NetlinkSocket socket);
  }

  private Outcome request(Request request, String done) {
    try {
      NetlinkSocket socket = netlink;
      if (socket == null) {
        socket = new NetlinkSocket(0);
        netlink = socket;
      }
      socket.send(request.on(socket));
      int[] errno = {0};
      // The kernel has carried the request out, and queued its answer, before send returned.
      while (socket.receive(
          message -> {
            if (message instanceof NetlinkMessage.Acknowledgement answer) {
              errno[0] = answer.errno();
            }
          })) {
        continue;
      }
      return errno[0] == 0 ? new Outcome(true, done) : refused(errno[0], "rtnetlink");
    } catch (LastErrorException e) {
      return refused(e.getErrorCode(), "rtnetlink");
    }
  }

  private Outcome refused(int errno, String by) {
    if (errno == EPERM) {
      capabilities.remove(
          by.equals("rtnetlink") ? Capability.WRITE_NEIGHBOURS : Capability.SEND_ARP);
    }
    return new Outcome(false, by + " refused, errno " + errno);
  }

  @Override
  public Outcome requestNeighbour(LinkInterface on, InetAddress ownIp, InetAddress ip) {
    Bytes mac = on.mac();
    if (mac == null || !capabilities.contains(Capability.SEND_ARP)) {
      return ordinary.requestNeighbour(on, ownIp, ip);
    }
    return ip instanceof Inet4Address
        ? transmit(on, "asked everybody", NeighbourFrames.arpRequest(mac, ownIp, ip))
        : transmit(on, "asked its group", NeighbourFrames.neighbourSolicitation(mac, ownIp, ip));
  }

  @Override
  public Outcome announce(LinkInterface on, InetAddress ownIp) {
    Bytes mac = on.mac();
    if (mac == null || !capabilities.contains(Capability.SEND_ARP)) {
      return ordinary.announce(on, ownIp);
    }
    return ownIp instanceof Inet4Address
        ? transmit(
            on,
            "announced to everybody",
            NeighbourFrames.arpAnnouncement(mac, ownIp),
            NeighbourFrames.arpGratuitousReply(mac, ownIp))
        : transmit(
            on, "announced to all nodes", NeighbourFrames.unsolicitedAdvertisement(mac, ownIp));
  }

  private Outcome transmit(LinkInterface on, String done, byte[]... frames) {
    try {
      if (packetFd < 0) {
        packetFd = LibC.open(LibC.AF_PACKET, LibC.SOCK_RAW, 0);
      }
      for (byte[] frame : frames) {
        LibC.send(packetFd, frame, packetAddress(on.index(), frame));
      }
      return new Outcome(true, done);
    } catch (LastErrorException e) {
      return refused(e.getErrorCode(), "the packet socket");
    }
  }

  /** A {@code sockaddr_ll}: the interface, and the frame's own destination. */
  private static byte[] packetAddress(int interfaceIndex, byte[] frame) {
    ByteBuffer out = ByteBuffer.allocate(SOCKADDR_LL_BYTES).order(ByteOrder.nativeOrder());
    out.putShort((short) LibC.AF_PACKET).put(frame, 12, 2).putInt(interfaceIndex);
    out.putShort((short) 0).put((byte) 0).put((byte) 6).put(frame, 0, 6);
    return out.array();
  }

  @Override
  public Outcome provokeRequest(LinkInterface on, InetAddress ownIp) {
    return ordinary.provokeRequest(on, ownIp);
  }

  @Override
  public Outcome nudge(LinkInterface on, InetAddress ip) {
    return ordinary.nudge(on, ip);
  }

  @Override
  public void close() {
    ordinary.close();
    NetlinkSocket socket = netlink;
    if (socket != null) {
      socket.close();
      netlink = null;
    }
    if (packetFd >= 0) {
      LibC.closeQuietly(packetFd);
      packetFd = -1;
    }
  }
}
