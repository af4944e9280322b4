package io.limpet.link.internal.os.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.internal.os.NeighbourState;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteCodecTest {
  private static final Bytes MAC = Bytes.of(new byte[] {2, 0, 0, 0, 0, 7});
  private static final int NEWLINK = 16;
  private static final int DELLINK = 17;
  private static final int NEWADDR = 20;
  private static final int DELADDR = 21;
  private static final int NEWNEIGH = 28;
  private static final int DELNEIGH = 29;

  @Test
  void aLinkIsReadWithWhatTheLinkLayerNeeds() {
    byte[] message =
        new NetlinkWriter(NEWLINK, 0, 0)
            .putBytes(ifinfo(0, 3, 0x11003))
            .attribute(3, "wlan0\0".getBytes(StandardCharsets.UTF_8))
            .attribute(1, MAC.toArray())
            .attribute(4, nativeInt(1400))
            .attribute(0x8000 | 18, nested(4, "bridge\0"))
            .finish();

    assertThat(decode(message))
        .containsExactly(new RouteMessage.Link(3, false, 0x11003, "wlan0", MAC, 1400, "bridge"));
    RouteMessage.Link link = (RouteMessage.Link) decode(message).get(0);
    assertThat(link.up()).isTrue();
    assertThat(link.multicast()).isTrue();
    assertThat(link.loopback()).isFalse();
  }

  @Test
  void aLinkThatIsUpWithoutCarrierIsNotUp() {
    RouteMessage.Link link = new RouteMessage.Link(3, false, 0x1003, "wlan0", MAC, 1500, null);
    assertThat(link.up()).isFalse();
  }

  @Test
  void messagesOfBridgePortsAndWirelessEventsAreNotInterfaces() {
    byte[] name = "wlan0\0".getBytes(StandardCharsets.UTF_8);
    byte[] ofBridge =
        new NetlinkWriter(DELLINK, 0, 0)
            .putBytes(ifinfo(7, 3, 0x11003))
            .attribute(3, name)
            .finish();
    byte[] wireless =
        new NetlinkWriter(NEWLINK, 0, 0)
            .putBytes(ifinfo(0, 3, 0x11003))
            .attribute(3, name)
            .attribute(11, new byte[8])
            .finish();

    assertThat(decode(ofBridge)).isEmpty();
    assertThat(decode(wireless)).isEmpty();
  }

  @Test
  void theLocalAddressOfAPointToPointLinkIsOurs() throws Exception {
    byte[] message =
        new NetlinkWriter(NEWADDR, 0, 0)
            .putBytes(ifaddr(2, 32, 0, 5))
            .attribute(1, new byte[] {10, 0, 0, 2})
            .attribute(2, new byte[] {10, 0, 0, 1})
            .finish();

    assertThat(decode(message))
        .containsExactly(
            new RouteMessage.Address(5, false, InetAddress.getByName("10.0.0.1"), 32, 0));
  }

  @Test
  void aLinkLocalAddressIsScopedByTheIndexOfItsMessage() {
    byte[] ip = new byte[16];
    ip[0] = (byte) 0xfe;
    ip[1] = (byte) 0x80;
    ip[15] = 9;
    byte[] message =
        new NetlinkWriter(DELADDR, 0, 0)
            .putBytes(ifaddr(10, 64, 0x40, 4711))
            .attribute(1, ip)
            .finish();

    RouteMessage.Address address = (RouteMessage.Address) decode(message).get(0);
    assertThat(address.removed()).isTrue();
    assertThat(((Inet6Address) address.address()).getScopeId()).isEqualTo(4711);
  }

  @Test
  void addressesThatAreTentativeDuplicateOrDeprecatedAreNotUsable() throws Exception {
    InetAddress ip = InetAddress.getByName("10.0.0.1");
    assertThat(new RouteMessage.Address(1, false, ip, 24, 0x80).usable()).isTrue();
    assertThat(new RouteMessage.Address(1, false, ip, 24, 0x40).usable()).isFalse();
    assertThat(new RouteMessage.Address(1, false, ip, 24, 0x44).usable()).isTrue();
    assertThat(new RouteMessage.Address(1, false, ip, 24, 0x08).usable()).isFalse();
    assertThat(new RouteMessage.Address(1, false, ip, 24, 0x20).usable()).isFalse();
  }

  @Test
  void theLongFlagsOfAnAddressOverrideTheShortOnes() {
    byte[] message =
        new NetlinkWriter(NEWADDR, 0, 0)
            .putBytes(ifaddr(2, 24, 0x40, 5))
            .attribute(2, new byte[] {10, 0, 0, 1})
            .attribute(8, nativeInt(0x280))
            .finish();

    assertThat(((RouteMessage.Address) decode(message).get(0)).flags()).isEqualTo(0x280);
  }

  @Test
  void aReplacementIsReadBackAsTheEntryItMakes() throws Exception {
    InetAddress ip = InetAddress.getByName("10.77.0.2");
    assertThat(decode(RouteCodec.replaceNeighbour(1, 6, ip, MAC)))
        .containsExactly(new RouteMessage.Neighbour(6, false, ip, MAC, NeighbourState.REACHABLE));
    assertThat(decode(RouteCodec.deleteNeighbour(1, 6, ip)))
        .containsExactly(new RouteMessage.Neighbour(6, true, ip, null, NeighbourState.NONE));
    assertThat(decode(RouteCodec.probeNeighbour(1, 6, ip)))
        .containsExactly(new RouteMessage.Neighbour(6, false, ip, null, NeighbourState.PROBE));
  }

  @Test
  void noRequestThatWritesAnEntryIsPermanent() throws Exception {
    InetAddress ip = InetAddress.getByName("fe80::1");
    for (byte[] request :
        List.of(
            RouteCodec.replaceNeighbour(1, 6, ip, MAC),
            RouteCodec.probeNeighbour(1, 6, ip),
            RouteCodec.useNeighbour(1, 6, ip))) {
      assertThat(decode(request))
          .noneMatch(m -> ((RouteMessage.Neighbour) m).state() == NeighbourState.PERMANENT);
    }
  }

  @Test
  void messagesBeforeAFaultAreDeliveredAndTheFaultIsReported() throws Exception {
    byte[] good = RouteCodec.deleteNeighbour(1, 6, InetAddress.getByName("10.77.0.2"));
    byte[] both = Arrays.copyOf(good, good.length + 16);
    both[good.length] = 15;
    List<NetlinkMessage> seen = new ArrayList<>();

    assertThat(NetlinkMessage.forEach(ByteBuffer.wrap(both), seen::add)).isFalse();
    assertThat(seen).hasSize(1);
  }

  @Test
  void anErrorCarriesItsNumberAndAnAcknowledgementZero() {
    List<NetlinkMessage> seen = new ArrayList<>();
    byte[] error = new NetlinkWriter(2, 0, 8).putInt(-1).finish();
    byte[] acknowledgement = new NetlinkWriter(2, 0, 9).putInt(0).finish();
    byte[] hostile = new NetlinkWriter(2, 0, 9).putInt(Integer.MIN_VALUE).finish();
    for (byte[] message : List.of(error, acknowledgement, hostile)) {
      assertThat(NetlinkMessage.forEach(ByteBuffer.wrap(message), seen::add)).isTrue();
    }

    assertThat(seen).extracting(NetlinkMessage::errno).containsExactly(1, 0, 4095);
    assertThat(seen).allMatch(NetlinkMessage::isError);
  }

  @Test
  void randomBytesNeverThrow() {
    long seed = Long.getLong("limpet.seed", System.nanoTime());
    System.out.println("RouteCodecTest.randomBytesNeverThrow -Dlimpet.seed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(160)];
      random.nextBytes(bytes);
      if (bytes.length >= 16 && random.nextBoolean()) {
        // A believable header leads the reader deeper.
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        header.putInt(0, 16 + random.nextInt(bytes.length - 15));
        header.putShort(4, (short) (16 + random.nextInt(14)));
        bytes[16 % bytes.length] = (byte) (random.nextBoolean() ? 2 : 10);
      }
      decode(bytes);
    }
  }

  @Test
  void mutatedMessagesNeverThrowAndNeverYieldImpossibleValues() throws Exception {
    long seed = Long.getLong("limpet.seed", System.nanoTime());
    System.out.println("RouteCodecTest.mutatedMessages -Dlimpet.seed=" + seed);
    Random random = new Random(seed);
    byte[] link =
        new NetlinkWriter(NEWLINK, 0, 0)
            .putBytes(ifinfo(0, 3, 0x11003))
            .attribute(3, "wlan0\0".getBytes(StandardCharsets.UTF_8))
            .attribute(1, MAC.toArray())
            .attribute(4, nativeInt(1400))
            .attribute(18, nested(4, "bond\0"))
            .finish();
    byte[] address =
        new NetlinkWriter(NEWADDR, 0, 0)
            .putBytes(ifaddr(10, 64, 0, 3))
            .attribute(1, InetAddress.getByName("fe80::1").getAddress())
            .attribute(8, nativeInt(0x80))
            .finish();
    byte[] neighbour = RouteCodec.replaceNeighbour(1, 3, InetAddress.getByName("10.0.0.1"), MAC);
    int read = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] mutated = List.of(link, address, neighbour).get(random.nextInt(3)).clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        mutated = Arrays.copyOf(mutated, random.nextInt(mutated.length + 8));
      }
      for (RouteMessage message : decode(mutated)) {
        read++;
        assertThat(message.interfaceIndex()).isPositive();
        if (message instanceof RouteMessage.Address one) {
          assertThat(one.prefixLength()).isBetween(0, 8 * one.address().getAddress().length);
        }
        if (message instanceof RouteMessage.Link one) {
          assertThat(one.mtuBytes()).isNotNegative();
        }
      }
    }
    assertThat(read).as("the mutations leave some messages readable").isGreaterThan(10_000);
  }

  @Test
  void onlyMessagesOfTheRightTypeAreRead() throws Exception {
    byte[] neighbour = RouteCodec.replaceNeighbour(1, 3, InetAddress.getByName("10.0.0.1"), MAC);
    for (int type = 0; type < 128; type++) {
      ByteBuffer.wrap(neighbour).order(ByteOrder.nativeOrder()).putShort(4, (short) type);
      boolean ofNeighbours = type == NEWNEIGH || type == DELNEIGH;
      assertThat(decode(neighbour).stream().anyMatch(m -> m instanceof RouteMessage.Neighbour))
          .isEqualTo(ofNeighbours);
    }
  }

  private static List<RouteMessage> decode(byte[] datagram) {
    List<RouteMessage> messages = new ArrayList<>();
    boolean unused =
        NetlinkMessage.forEach(
            ByteBuffer.wrap(datagram),
            message -> {
              int errno = message.errno();
              RouteMessage read = RouteCodec.decode(message);
              if (read != null && errno >= 0) {
                messages.add(read);
              }
            });
    return messages;
  }

  private static byte[] ifinfo(int family, int index, int flags) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.nativeOrder())
        .put((byte) family)
        .put((byte) 0)
        .putShort((short) 1)
        .putInt(index)
        .putInt(flags)
        .array();
  }

  private static byte[] ifaddr(int family, int prefixLength, int flags, int index) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.nativeOrder())
        .put((byte) family)
        .put((byte) prefixLength)
        .put((byte) flags)
        .put((byte) 0)
        .putInt(index)
        .array();
  }

  private static byte[] nativeInt(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  private static byte[] nested(int type, String text) {
    byte[] value = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate((4 + value.length + 3) & ~3)
        .order(ByteOrder.nativeOrder())
        .putShort((short) (4 + value.length))
        .putShort((short) type)
        .put(value)
        .array();
  }
}
