package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.KernelSocket;
import io.limpet.link.KernelSocket.State;
import io.limpet.link.KernelSocket.Timer;
import io.limpet.link.KernelTcpInfo;
import io.limpet.node.internal.doctor.SocketOwners;
import io.limpet.node.internal.sockets.Patience;
import io.limpet.node.internal.sockets.Sightings;
import io.limpet.node.internal.sockets.SocketFilter;
import io.limpet.node.internal.sockets.SocketSurvey;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SocketsTextTest {
  private static final Timer NONE = new Timer(Timer.Kind.NONE, 0, 0);

  /** Inodes that no kernel gives: nobody holds them. */
  private static final long NOBODYS = Long.MAX_VALUE;

  private static KernelSocket socket(
      State state,
      String local,
      String remote,
      int remotePort,
      Timer timer,
      @Nullable KernelTcpInfo info) {
    boolean listens = state == State.LISTEN;
    return new KernelSocket(
        state,
        new InetSocketAddress(local, 5000),
        new InetSocketAddress(remote, remotePort),
        0,
        listens ? 128 : 100,
        1000,
        state == State.TIME_WAIT ? 0 : NOBODYS,
        false,
        timer,
        info,
        Bytes.of(new byte[] {(byte) remotePort, (byte) (remotePort >> 8)}));
  }

  private static String text(boolean all, List<KernelSocket> sockets) {
    return SocketsText.of(
        SocketSurvey.of(
            sockets,
            SocketOwners.read(),
            new Sightings(),
            Optional.empty(),
            "TcpExt: ListenOverflows\nTcpExt: 1",
            Patience.DEFAULT,
            SocketFilter.ALL),
        all);
  }

  @Test
  void statesAreExplainedAndTroublesComeFirst() {
    KernelTcpInfo retrying = new KernelTcpInfo(5, 6_400, 1_000, 9_000, 9_000, 9_000, 5, 0, 0);
    String v6 = "fd11:2222:3333:4444:5555:6666:7777:8888";
    String text =
        text(
            false,
            List.of(
                socket(State.LISTEN, "0.0.0.0", "0.0.0.0", 0, NONE, null),
                socket(
                    State.ESTABLISHED,
                    v6,
                    "fd11:2222:3333:4444:5555:6666:7777:9999",
                    65_535,
                    new Timer(Timer.Kind.RETRANSMISSION, 5, 3_400),
                    retrying)));
    assertThat(text)
        .isEqualTo(
            """
            2 kernel sockets: 1 problem, 0 to watch (no node runs: no mesh connections)

            ESTABLISHED (1): Connected: data may go both ways. Normal.
                LOCAL                 REMOTE                PROGRAM             AGE
              problem: The other end has not answered for some time; the kernel goes on
                trying, at growing intervals, for a quarter of an hour
                (net.ipv4.tcp_retries2) before the program is told.
                > The other machine is gone or the way there is dead: of a peer 'limpet
                  explain PEER' says which. Keepalive does not help while data waits;
                  TCP_USER_TIMEOUT does.
                [fd11:2222:3333:4444:5555:6666:7777:8888]:5000
                                      [fd11:2222:3333:4444:5555:6666:7777:9999]:65535
                                                            uid 1000            ≥ 9.0 s
                  sent again 5 times in 9.2 s or more, next try in 3.4 s, 100 bytes wait

            LISTEN (1): Waits for connections. QUEUE: how many wait to be accepted, and the
              limit.
              Since this machine started a full accept queue has turned away 1 attempt to
              connect.
                LOCAL                 REMOTE                PROGRAM             QUEUE
                0.0.0.0:5000                                uid 1000            0 of 129""");
  }

  @Test
  void ofManyOfOneKindSomeAreShown() {
    List<KernelSocket> many = new ArrayList<>();
    for (int port = 1; port <= 3_000; port++) {
      many.add(
          socket(
              State.TIME_WAIT,
              "10.0.0.1",
              "10.0.0.2",
              port,
              new Timer(Timer.Kind.TIME_WAIT, 0, 43_000),
              null));
    }
    String some = text(false, many);
    assertThat(some)
        .startsWith("3000 kernel sockets: all as they should be")
        .contains("TIME_WAIT (3000): Over.", "Many\n  are normal", "none, the kernel's  ends 43 s")
        .endsWith("    and 2995 more like these (--all shows them)");
    assertThat(some.lines()).hasSizeLessThan(15).allMatch(line -> line.length() <= 80);
    assertThat(text(true, many).lines()).hasSizeGreaterThan(3_000);
  }
}
