package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.internal.kernel.StreamPeer.Turn;

/** OpenBSD's {@code nc} on the other side: raw streams, both ways, each of which ends by itself. */
final class NetcatCalls {
  private static final String ENGINE = "2001:20::2";
  private static final String KERNEL = "2001:20::1";

  private NetcatCalls() {}

  /** It connects, sends, shuts down its output (-N), and reads the answer to the end. */
  static void dials(NettyStand stand, Turn turn, int bytes) throws Exception {
    byte[] question = stand.bytes(bytes);
    byte[] answer = stand.bytes(bytes);
    StreamPeer peer = new StreamPeer(answer, turn);
    String port = String.valueOf(stand.serve(peer));
    try (Program nc = Program.start(stand.file(question), "nc.openbsd", "-N", ENGINE, port)) {
      assertThat(Streams.hash(nc.output())).as("what nc got").isEqualTo(Streams.hash(answer));
      assertThat(peer.awaitHash()).as("what nc sent").isEqualTo(Streams.hash(question));
    }
  }

  /**
   * It listens, and is sent something by a Netty client. When it listens it leaves at the end of
   * what it is sent, even if it has more to send: its own end has to come first.
   */
  static void listens(NettyStand stand, int port, Turn turn, int bytes) throws Exception {
    byte[] question = stand.bytes(bytes);
    byte[] answer = stand.bytes(bytes);
    StreamPeer peer = new StreamPeer(question, turn);
    String at = String.valueOf(port);
    try (Program nc = Program.start(stand.file(answer), "nc.openbsd", "-N", "-l", KERNEL, at)) {
      nc.awaitListening(port);
      stand.connect(port, peer);
      assertThat(Streams.hash(nc.output())).as("what nc got").isEqualTo(Streams.hash(question));
      assertThat(peer.awaitHash()).as("what nc sent").isEqualTo(Streams.hash(answer));
    }
  }
}
