package io.limpet.rig.internal.os;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import io.limpet.rig.RigException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Opens the descriptors that carry Ethernet frames; to be called inside the namespace they belong
 * to.
 */
public final class FrameDescriptors {
  private static final String TUN_DEVICE = "/dev/net/tun";
  private static final int IFNAMSIZ = 16;
  private static final int IFREQ_BYTES = 40;
  private static final long TUNSETIFF = 0x400454caL;
  private static final short IFF_TAP = 0x0002;
  private static final short IFF_NO_PI = 0x1000;

  private static final int ETH_P_ALL = 0x0003;
  private static final int SOCKADDR_LL_BYTES = 20;
  private static final int RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

  private static final long SIOCETHTOOL = 0x8946L;
  private static final int ETHTOOL_STXCSUM = 0x17;
  private static final int ETHTOOL_STSO = 0x1f;
  private static final int ETHTOOL_SGSO = 0x24;
  private static final int ETHTOOL_SGRO = 0x2c;
  private static final int ETHTOOL_VALUE_BYTES = 8;

  private FrameDescriptors() {}

  /** Whether this process may open TAP devices. */
  public static boolean tapAvailable() {
    try {
      LibC.close(LibC.open(TUN_DEVICE, LibC.O_RDWR | LibC.O_CLOEXEC));
      return true;
    } catch (LastErrorException e) {
      return false;
    }
  }

  /** Creates a TAP device, which lives as long as the descriptor returned. */
  public static int openTap(String interfaceName) {
    int fd = LibC.open(TUN_DEVICE, LibC.O_RDWR | LibC.O_NONBLOCK | LibC.O_CLOEXEC);
    try {
      ByteBuffer request = ByteBuffer.allocate(IFREQ_BYTES).order(ByteOrder.nativeOrder());
      request.put(name(interfaceName));
      request.putShort(IFNAMSIZ, (short) (IFF_TAP | IFF_NO_PI));
      LibC.ioctl(fd, new NativeLong(TUNSETIFF), request.array());
      return fd;
    } catch (LastErrorException e) {
      LibC.close(fd);
      throw new RigException("no TAP device: " + e.getMessage(), e);
    }
  }

  /** Opens a packet socket that sees and sends whole frames on one interface. */
  public static int openPacketSocket(String interfaceName) {
    int type = LibC.SOCK_RAW | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC;
    // Protocol 0: nothing is received before the socket is bound to its interface.
    int fd = LibC.socket(LibC.AF_PACKET, type, 0);
    try {
      enlargeReceiveBuffer(fd);
      LibC.setsockopt(fd, LibC.SOL_PACKET, LibC.PACKET_IGNORE_OUTGOING, intValue(1), 4);
      ByteBuffer address = ByteBuffer.allocate(SOCKADDR_LL_BYTES).order(ByteOrder.nativeOrder());
      address.putShort(0, (short) LibC.AF_PACKET);
      address.order(ByteOrder.BIG_ENDIAN).putShort(2, (short) ETH_P_ALL);
      address.order(ByteOrder.nativeOrder()).putInt(4, LibC.if_nametoindex(interfaceName));
      LibC.bind(fd, address.array(), SOCKADDR_LL_BYTES);
      return fd;
    } catch (LastErrorException e) {
      LibC.close(fd);
      throw new RigException("no packet socket: " + e.getMessage(), e);
    }
  }

  /**
   * Makes an interface send frames as they would be on the air: checksums filled in, none longer
   * than the MTU. A veth pair otherwise leaves both undone, for a receiving kernel that does not
   * mind.
   */
  public static void disableOffloads(String interfaceName) {
    int fd = LibC.socket(LibC.AF_INET, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0);
    try {
      for (int feature : new int[] {ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO, ETHTOOL_STXCSUM}) {
        setFeatureOff(fd, interfaceName, feature);
      }
    } finally {
      LibC.close(fd);
    }
  }

  /** The index of an interface in the calling thread's namespace. */
  public static int interfaceIndex(String interfaceName) {
    return LibC.if_nametoindex(interfaceName);
  }

  private static void setFeatureOff(int fd, String interfaceName, int feature) {
    try (Memory value = new Memory(ETHTOOL_VALUE_BYTES);
        Memory request = new Memory(IFREQ_BYTES)) {
      value.setInt(0, feature);
      value.setInt(4, 0);
      request.clear();
      request.write(0, name(interfaceName), 0, IFNAMSIZ);
      request.setPointer(IFNAMSIZ, value);
      LibC.ioctl(fd, new NativeLong(SIOCETHTOOL), request);
    } catch (LastErrorException e) {
      throw new RigException("offload " + feature + " stays on: " + e.getMessage(), e);
    }
  }

  // Beyond the system's limit only with privilege over the whole machine; the limit itself is
  // better than nothing.
  private static void enlargeReceiveBuffer(int fd) {
    byte[] size = intValue(RECEIVE_BUFFER_BYTES);
    try {
      LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_RCVBUFFORCE, size, size.length);
    } catch (LastErrorException e) {
      LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_RCVBUF, size, size.length);
    }
  }

  private static byte[] intValue(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  private static byte[] name(String interfaceName) {
    byte[] ascii = interfaceName.getBytes(StandardCharsets.US_ASCII);
    byte[] field = new byte[IFNAMSIZ];
    System.arraycopy(ascii, 0, field, 0, Math.min(ascii.length, IFNAMSIZ - 1));
    return field;
  }
}
