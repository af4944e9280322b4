package io.limpet.presence.internal.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.presence.Samples;
import io.limpet.presence.internal.announce.PlainRecord;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainServiceTest {
  private final PlainService kind = new PlainService(LocalNetwork::covers);

  @Test
  void anInstanceIsNamedAfterItsPersonMachineAndInterface() throws Exception {
    assertThat(PlainService.id("oak", "1a2b3c4d")).isEqualTo("oak@1a2b3c4d");
    assertThat(PlainService.id("_o.a\\k@sea/x", "1a2b3c4d")).isEqualTo("o-a-k-sea-x@1a2b3c4d");
    assertThat(PlainService.id("é".repeat(40), "1a2b3c4d")).isEqualTo("é".repeat(27) + "@1a2b3c4d");
    PlainRecord own =
        new PlainRecord("oak@1a2b3c4d", "oak", "avail", "", List.of(), 4711, Samples.address(1));
    assertThat(kind.serviceName(own, loopback(), "f00d")).isEqualTo("oak@1a2b3c4d-lo");
    assertThat(kind.serviceName(own, InetAddress.getByName("192.0.2.7"), "f00d"))
        .as("an address that is not ours any more")
        .isEqualTo("oak@1a2b3c4d");
    assertThat(kind.isNamedAnew()).isFalse();
    assertThat(kind.hostPart(own)).isEqualTo("chat-1a2b3c4d");
  }

  @Test
  void nobodyIsFoundElsewhereThanOnTheNetworkOfTheirRecord() throws Exception {
    InetAddress loopback = loopback();
    Bytes txt = Bytes.of(new byte[] {1, 'a'});
    List<InetAddress> claimed =
        List.of(
            InetAddress.getByName("127.9.9.9"),
            InetAddress.getByName("192.0.2.1"),
            InetAddress.getByName("2001:db8::1"),
            Inet6Address.getByAddress("", new byte[16], 0));
    assertThat(kind.decode("ash@vm", loopback, new ServiceKind.Resolved(txt, 5298, claimed)))
        .get()
        .extracting(PlainRecord::addresses)
        .isEqualTo(List.of(InetAddress.getByName("127.9.9.9")));
    assertThat(
            kind.decode(
                "ash@vm", loopback, new ServiceKind.Resolved(txt, 5298, claimed.subList(1, 4))))
        .isEmpty();
  }

  @Test
  void aLinkLocalAddressHasTheScopeOfWhereItWasFound() throws Exception {
    InetAddress ours = linkLocal(1, 7);
    InetAddress theirs = linkLocal(2, 0);
    PlainRecord found =
        kind.decode(
                "ash@vm",
                ours,
                new ServiceKind.Resolved(Bytes.of(new byte[] {1, 'a'}), 5298, List.of(theirs)))
            .orElseThrow();
    assertThat(((Inet6Address) found.addresses().get(0)).getScopeId()).isEqualTo(7);
    assertThat(LocalNetwork.covers(ours, linkLocal(2, 8))).isFalse();
    assertThat(LocalNetwork.covers(ours, InetAddress.getByName("2001:db8::1"))).isFalse();
    assertThat(LocalNetwork.covers(ours, loopback())).isFalse();
  }

  @Test
  void networksAreComparedByTheirPrefix() throws Exception {
    InetAddress a = InetAddress.getByName("10.0.1.200");
    InetAddress b = InetAddress.getByName("10.0.1.100");
    assertThat(LocalNetwork.isWithin(24, a, b)).isTrue();
    assertThat(LocalNetwork.isWithin(25, a, b)).isFalse();
    assertThat(LocalNetwork.isWithin(32, a, a)).isTrue();
    assertThat(LocalNetwork.isWithin(32, a, b)).isFalse();
    assertThat(LocalNetwork.isWithin(0, a, b)).isFalse();
    assertThat(LocalNetwork.covers(InetAddress.getByName("192.0.2.7"), a)).as("not ours").isFalse();
  }

  private static InetAddress loopback() throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private static InetAddress linkLocal(int host, int scope) throws UnknownHostException {
    byte[] bytes = new byte[16];
    bytes[0] = (byte) 0xFE;
    bytes[1] = (byte) 0x80;
    bytes[15] = (byte) host;
    return Inet6Address.getByAddress("", bytes, scope);
  }
}
