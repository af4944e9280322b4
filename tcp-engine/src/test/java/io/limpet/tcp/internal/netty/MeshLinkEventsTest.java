package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.LinkEvent;
import io.limpet.link.MeshAddress;
import io.limpet.link.PeerInfo;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.ConnectionEvent;
import io.limpet.tcp.MeshChannelOption;
import io.limpet.tcp.MeshConnectionException;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the link knows reaches the connections, and their applications. */
@ExtendWith(LeakGuard.class)
@ParameterizedClass
@EnumSource(Loops.class)
class MeshLinkEventsTest {

  private final VirtualMesh mesh;
  private final Recorder serverSide = new Recorder();
  private final Recorder clientSide = new Recorder();
  private final MeshAddress serverNode;

  MeshLinkEventsTest(Loops loops) {
    mesh = new VirtualMesh(5, loops);
    serverNode = mesh.serverLink.localAddress();
  }

  @AfterEach
  void close() {
    mesh.close();
  }

  private Channel connected() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client =
        mesh.connect(
            mesh.clientBootstrap(clientSide)
                .option(MeshChannelOption.SUSPECT_AFTER, Duration.ofSeconds(1)));
    mesh.until(() -> serverSide.saw("active"));
    return client;
  }

  @Test
  void suspicionAndReliefAreUserEvents() {
    Channel client = connected();
    mesh.serverLink.silent = true;
    client.writeAndFlush(Unpooled.copyInt(1));
    mesh.until(() -> clientSide.saw("PeerSuspect"));
    mesh.serverLink.silent = false;
    mesh.until(() -> clientSide.saw("PeerResumed"));

    assertThat(clientSide.userEvents).hasSize(2);
    assertThat(clientSide.userEvents.get(0))
        .isInstanceOfSatisfying(
            ConnectionEvent.PeerSuspect.class,
            event -> {
              assertThat(event.peer()).isEqualTo(serverNode);
              assertThat(event.silentFor()).isGreaterThanOrEqualTo(Duration.ofMillis(900));
            });
    assertThat(clientSide.userEvents.get(1)).isEqualTo(new ConnectionEvent.PeerResumed(serverNode));
    assertThat(client.isActive()).isTrue();
  }

  @Test
  void silenceWithDataPendingIsToldWithinTwoSecondsByDefault() {
    mesh.listen(mesh.serverBootstrap(serverSide));
    Channel client = mesh.connect(mesh.clientBootstrap(clientSide));
    mesh.until(() -> serverSide.saw("active"));
    mesh.loop.runFor(Duration.ofSeconds(60));
    mesh.serverLink.silent = true;
    Duration before = mesh.loop.now();
    client.writeAndFlush(Unpooled.copyInt(1));
    serverSide.channels().get(0).writeAndFlush(Unpooled.copyInt(1));
    mesh.until(() -> clientSide.saw("PeerSuspect") && serverSide.saw("PeerSuspect"));

    assertThat(mesh.loop.now().minus(before)).isLessThanOrEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void silenceWithNothingPendingIsNoReasonForSuspicion() {
    connected();
    mesh.serverLink.silent = true;
    mesh.loop.runFor(Duration.ofMinutes(10));

    assertThat(clientSide.userEvents).isEmpty();
  }

  @Test
  void aRestartedPeerEndsItsConnectionsAtOnce() {
    connected();
    Duration before = mesh.loop.now();
    PeerInfo info =
        new PeerInfo(serverNode, Bytes.of(new byte[32]), "b", 2, Bytes.EMPTY, List.of());
    mesh.clientLink.tell(new LinkEvent.PeerRestarted(serverNode, info, 1));
    mesh.until(() -> clientSide.saw("inactive"));

    assertThat(mesh.loop.now()).isEqualTo(before);
    assertThat(clientSide.cause)
        .hasMessageContaining("the peer restarted")
        .isInstanceOfSatisfying(
            MeshConnectionException.class,
            e -> assertThat(e.reason()).isEqualTo(new CloseReason.PeerRestarted()));
  }

  @Test
  void theEndOfAnOutageIsUsedAtOnce() {
    Channel client = connected();
    mesh.serverLink.silent = true;
    client.writeAndFlush(Unpooled.copiedBuffer("hello again", StandardCharsets.UTF_8));
    mesh.loop.runFor(Duration.ofSeconds(100));
    mesh.serverLink.silent = false;
    assertThat(serverSide.text).isEmpty();
    Duration before = mesh.loop.now();

    mesh.clientLink.tell(new LinkEvent.PeerReachable(serverNode, "hello heard"));

    mesh.until(() -> serverSide.text.toString().equals("hello again"));
    assertThat(mesh.loop.now().minus(before)).isLessThan(Duration.ofMillis(5));
  }

  @Test
  void aLinkWithoutCapacityDelaysAndLosesNothing() {
    Channel client = connected();
    mesh.clientLink.refusals.set(50);
    client.writeAndFlush(Unpooled.buffer(500_000).writeZero(500_000));
    mesh.until(() -> mesh.clientLink.refusals.get() <= 0);
    mesh.until(() -> serverSide.text.length() == 500_000);

    assertThat(client.isActive()).isTrue();
  }

  @Test
  void aPathThatShrinksIsSurvived() {
    Channel client = connected();
    client.writeAndFlush(Unpooled.buffer(3_000_000).writeZero(3_000_000));
    mesh.until(() -> serverSide.text.length() > 100_000);
    assertThat(serverSide.text.length()).isLessThan(3_000_000);

    mesh.mesh.maxPayloadBytes = 600;

    mesh.until(() -> serverSide.text.length() == 3_000_000);
  }
}
