package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder of the JDK has of a connection. */
@ExtendWith(LeakGuard.class)
class FlightRecorderTest {
  @TempDir Path folder;

  private List<RecordedEvent> recorded(Recording recording) throws IOException {
    Path file = folder.resolve("flight.jfr");
    recording.stop();
    recording.dump(file);
    return RecordingFile.readAllEvents(file);
  }

  private static List<RecordedEvent> of(List<RecordedEvent> all, String name, int localPort) {
    return all.stream()
        .filter(e -> e.getEventType().getName().equals(name))
        .filter(e -> e.getInt("localPort") == localPort)
        .toList();
  }

  @Test
  void theLifeOfAConnectionOnALossyLinkIsRecorded() throws Exception {
    Recorder serverSide = new Recorder();
    try (Recording recording = new Recording();
        VirtualMesh mesh = new VirtualMesh(4242)) {
      recording.start();
      mesh.listen(mesh.serverBootstrap(serverSide));
      Channel client = mesh.connect(mesh.clientBootstrap(new Recorder()));
      int port = ((InetSocketAddress) client.localAddress()).getPort();
      mesh.mesh.setLossRate(0.1);
      client.writeAndFlush(Unpooled.buffer(300_000).writeZero(300_000));
      mesh.until(() -> serverSide.text.length() == 300_000);
      mesh.mesh.setLossRate(0);
      client.close();
      mesh.loop.runFor(Duration.ofMinutes(2));

      List<RecordedEvent> all = recorded(recording);
      String peer = mesh.serverLink.localAddress().toString();
      assertThat(of(all, "limpet.ConnectionOpened", port))
          .singleElement()
          .satisfies(
              opened -> {
                assertThat(opened.getString("peer")).isEqualTo(peer);
                assertThat(opened.getInt("remotePort")).isEqualTo(VirtualMesh.PORT);
              });
      RecordedEvent closed = of(all, "limpet.ConnectionClosed", port).get(0);
      assertThat(closed.getString("reason")).isEqualTo("closed by both sides");
      assertThat(closed.getLong("bytesAcked")).isGreaterThanOrEqualTo(300_000);
      List<RecordedEvent> again = of(all, "limpet.Retransmission", port);
      assertThat(again).hasSize((int) closed.getLong("segmentsRetransmitted"));
      assertThat(again)
          .isNotEmpty()
          .allSatisfy(e -> assertThat(e.getString("peer")).isEqualTo(peer))
          .anySatisfy(e -> assertThat(e.getString("why")).isEqualTo("LOST"));
      assertThat(again.stream().mapToLong(e -> e.getInt("bytes")).sum())
          .isBetween(300_000L / 20, 300_000L / 2);
      assertThat(of(all, "limpet.ConnectionClosed", VirtualMesh.PORT)).isNotEmpty();
      // The totals are those of the connection, although it is no more.
      var totals = mesh.client.totals().toCompletableFuture();
      mesh.until(totals::isDone);
      assertThat(mesh.client.connections().toCompletableFuture().join()).isEmpty();
      assertThat(totals.join().segmentsRetransmitted())
          .isEqualTo(closed.getLong("segmentsRetransmitted"));
      assertThat(totals.join().bytesAcked()).isEqualTo(closed.getLong("bytesAcked"));
    }
  }
}
