package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SegmentCodec;
import io.limpet.tcp.internal.wire.SegmentCodec.ParseResult;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The OPEN call: RFC 9293 sections 3.9.1.1 and 3.10.1. */
final class OpenCallTest {
  private final PlayedPeer s = new PlayedPeer();

  @Test
  @Tag("MUST-41")
  void aPassiveOpenThatIsRefusedLeavesTheOneBeforeAlone() throws Exception {
    s.requested();
    assertThatThrownBy(() -> s.endpoint.listen(PlayedPeer.PORT, 9, true, TcpConfig.defaults()))
        .isInstanceOf(BindException.class);
    s.assertState(TcpState.SYN_RECEIVED);
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "", x -> x.sourcePort = 6000);
    assertThat(s.listener().pending()).isEqualTo(1);
  }

  @Test
  @Tag("MUST-42")
  void aPortIsListenedAtWhileAConnectionFromItIsBeingMade() throws Exception {
    TcpConnection dialling =
        s.endpoint.connect(s.nowNs, PlayedPeer.PEER, 9999, PlayedPeer.PORT, TcpConfig.defaults());
    s.flush();
    assertThat(dialling.state()).isEqualTo(TcpState.SYN_SENT);
    s.forgetSent();
    s.requested().assertState(TcpState.SYN_RECEIVED);
    assertThat(s.endpoint.listen(8, 1, false, TcpConfig.defaults()).port()).isEqualTo(8);
    assertThat(dialling.state()).isEqualTo(TcpState.SYN_SENT);
  }

  @Test
  @Tag("MUST-44")
  @Tag("MUST-45")
  void everySegmentComesFromTheNodesOneAddress() throws Exception {
    s.established();
    s.write("x");
    s.expect(Segment.ACK, 0, 0);
    s.connection().abort(s.nowNs);
    s.flush();
    byte[] last = s.takeSent();
    Segment segment = new Segment();
    // The checksum holds for this pair of addresses and for no other.
    assertThat(
            SegmentCodec.parse(ByteBuffer.wrap(last), PlayedPeer.LOCAL, PlayedPeer.PEER, segment))
        .isEqualTo(ParseResult.OK);
    assertThat(
            SegmentCodec.parse(
                ByteBuffer.wrap(last),
                new MeshAddress(0x2001_0020_0000_0001L, 77),
                PlayedPeer.PEER,
                segment))
        .isEqualTo(ParseResult.BAD_CHECKSUM);
  }

  @Test
  @Tag("MUST-46")
  void anAddressThatCannotBeAPeersIsRefused() throws Exception {
    for (String text : new String[] {"ff02::1", "224.0.0.1", "255.255.255.255", "::", "fe80::1"}) {
      InetAddress address = InetAddress.getByName(text);
      assertThatThrownBy(() -> MeshAddress.of(address))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () -> s.endpoint.connect(s.nowNs, PlayedPeer.PEER, 0, 0, TcpConfig.defaults()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSamePairOfPortsIsRefusedWhileItsConnectionLives() throws Exception {
    s.endpoint.connect(s.nowNs, PlayedPeer.PEER, 9, 1000, TcpConfig.defaults());
    assertThatThrownBy(
            () -> s.endpoint.connect(s.nowNs, PlayedPeer.PEER, 9, 1000, TcpConfig.defaults()))
        .isInstanceOf(BindException.class);
    assertThat(
            s.endpoint
                .connect(s.nowNs, PlayedPeer.PEER, 10, 1000, TcpConfig.defaults())
                .localPort())
        .isEqualTo(1000);
  }
}
