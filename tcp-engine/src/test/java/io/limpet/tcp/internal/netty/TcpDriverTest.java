package io.limpet.tcp.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.MeshAddress;
import io.limpet.link.PeerInfo;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpTotals;
import io.limpet.tcp.internal.engine.SegmentSink;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpEndpoint;
import io.limpet.tcp.internal.engine.TcpListener;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the driver asks of the engine, and when: the engine here is a scripted one. */
class TcpDriverTest {

  private static final MeshAddress PEER = FakeMesh.address(2);

  private final VirtualLoop loop = new VirtualLoop();
  private final FakeMesh mesh = new FakeMesh(1);
  private final FakeMesh.Link link = mesh.join(1, loop);
  private final ScriptedEndpoint endpoint = new ScriptedEndpoint();
  private final TcpDriver driver = new TcpDriver(link, endpoint);

  TcpDriverTest() {
    mesh.join(2, loop);
    driver.start();
  }

  @Test
  void aBatchOfDatagramsMakesOneTurnAndOneFlush() {
    for (int i = 0; i < 10; i++) {
      driver.onDatagram(PEER, Unpooled.wrappedBuffer(new byte[] {1}), driver.nowNs());
      endpoint.toSend.add(PEER);
    }
    driver.onBatchComplete();

    assertThat(endpoint.segments).isEqualTo(10);
    assertThat(endpoint.transmits).isEqualTo(1);
    assertThat(link.datagramsSent).hasValue(10);
    assertThat(link.flushes).hasValue(1);
  }

  @Test
  void aBatchWithoutAnswersFlushesNothing() {
    driver.onDatagram(PEER, Unpooled.wrappedBuffer(new byte[] {1}), driver.nowNs());
    driver.onBatchComplete();

    assertThat(link.flushes).hasValue(0);
  }

  @Test
  void manyRequestsOfOneMomentMakeOneTurn() {
    for (int i = 0; i < 5; i++) {
      driver.requestTurn();
    }
    loop.runFor(Duration.ZERO);

    assertThat(endpoint.transmits).isEqualTo(1);
  }

  @Test
  void theEngineIsGivenTheTimeOfIngress() {
    loop.runFor(Duration.ofSeconds(1));
    long ingressNs = driver.nowNs();
    loop.runFor(Duration.ofMillis(7));

    driver.onDatagram(PEER, Unpooled.wrappedBuffer(new byte[] {1}), ingressNs);

    assertThat(endpoint.lastSegmentNs).isEqualTo(ingressNs);
  }

  @Test
  void theEnginesTimeNeverGoesBack() {
    loop.runFor(Duration.ofSeconds(1));
    long ingressNs = driver.nowNs();
    loop.runFor(Duration.ofMillis(7));
    long laterNs = driver.nowNs();

    driver.onDatagram(PEER, Unpooled.wrappedBuffer(new byte[] {1}), ingressNs);

    assertThat(endpoint.lastSegmentNs).isEqualTo(laterNs);
  }

  @Test
  void aDeadlineIsKept() {
    endpoint.deadlineNs = driver.nowNs() + Duration.ofMillis(20).toNanos();
    driver.onBatchComplete();

    loop.runFor(Duration.ofMillis(19));
    assertThat(endpoint.timeouts).isZero();
    loop.runFor(Duration.ofMillis(1));
    assertThat(endpoint.timeouts).isEqualTo(1);
  }

  @Test
  void anEarlierDeadlineMovesTheTimer() {
    endpoint.deadlineNs = driver.nowNs() + Duration.ofMillis(20).toNanos();
    driver.onBatchComplete();
    endpoint.deadlineNs = driver.nowNs() + Duration.ofMillis(5).toNanos();
    driver.onBatchComplete();

    loop.runFor(Duration.ofMillis(5));

    assertThat(endpoint.timeouts).isEqualTo(1);
  }

  @Test
  void aLaterDeadlineLeavesTheTimerAloneAndIsKeptNevertheless() {
    endpoint.deadlineNs = driver.nowNs() + Duration.ofMillis(5).toNanos();
    driver.onBatchComplete();
    endpoint.deadlineNs = driver.nowNs() + Duration.ofMillis(20).toNanos();
    driver.onBatchComplete();

    loop.runFor(Duration.ofMillis(19));
    assertThat(endpoint.timeouts).isZero();
    loop.runFor(Duration.ofMillis(1));
    assertThat(endpoint.timeouts).isEqualTo(1);
  }

  @Test
  void aLinkWithoutCapacityIsAskedAgainSoonAndNotAllTheTime() {
    link.refusals.set(4);
    endpoint.toSend.add(PEER);
    endpoint.deadlineNs = driver.nowNs();
    endpoint.keepsDeadlineWhileUnsent = true;

    driver.onBatchComplete();
    loop.runFor(Duration.ofMillis(100));

    assertThat(link.datagramsSent).hasValue(1);
    assertThat(endpoint.transmits).isLessThan(12);
  }

  @Test
  void eventsOfTheLinkReachTheEngine() {
    PeerInfo info = new PeerInfo(PEER, Bytes.of(new byte[32]), "b", 2, Bytes.EMPTY, List.of());
    link.tell(new LinkEvent.PeerRestarted(PEER, info, 1));
    link.tell(new LinkEvent.PeerReachable(PEER, "test"));

    assertThat(endpoint.calls).containsExactly("restarted", "reachable");
  }

  @Test
  void theEngineHearsOfSegmentSizesOnceAndOfChanges() {
    driver.onDatagram(PEER, Unpooled.wrappedBuffer(new byte[] {1}), driver.nowNs());
    driver.onDatagram(PEER, Unpooled.wrappedBuffer(new byte[] {1}), driver.nowNs());
    driver.onBatchComplete();
    assertThat(endpoint.maxSegments).containsExactly(1300);

    mesh.maxPayloadBytes = 500;
    endpoint.toSend.add(PEER);
    endpoint.segmentBytes = 1000;
    driver.onBatchComplete();

    assertThat(endpoint.maxSegments).containsExactly(1300, 500);
    assertThat(endpoint.calls).containsExactly("too large");
  }

  @Test
  void anotherPathMtuIsKnownToTheEngineAtOnce() {
    driver.beforeConnect(PEER);
    mesh.maxPayloadBytes = 1400;
    link.tell(mtuChanged(1300, 1400));
    assertThat(endpoint.calls).as("larger segments need no haste").isEmpty();
    mesh.maxPayloadBytes = 1200;
    link.tell(mtuChanged(1400, 1200));

    assertThat(endpoint.maxSegments).containsExactly(1300, 1400, 1200);
    assertThat(endpoint.receivable).containsExactly(1300, 1400, 1200);
    assertThat(endpoint.calls).containsExactly("too large");
  }

  private static LinkEvent mtuChanged(int before, int now) {
    return new LinkEvent.PathMtuChanged(PEER, "wlan0", Carrier.UNICAST_IPV4, before, now, "test");
  }

  @Test
  void closingLetsGoOfTheLink() {
    assertThat(link.listenerCount()).isEqualTo(1);
    driver.close();

    assertThat(endpoint.calls).containsExactly("closed");
    assertThat(link.listenerCount()).isZero();
    driver.requestTurn();
    int transmits = endpoint.transmits;
    loop.runFor(Duration.ofSeconds(1));
    assertThat(endpoint.transmits).isEqualTo(transmits);
  }

  @Test
  void aSegmentToThisNodeItselfComesBackWithoutTheLink() {
    endpoint.toSend.add(link.localAddress());
    driver.onBatchComplete();
    loop.runFor(Duration.ZERO);

    assertThat(endpoint.segments).isEqualTo(1);
    assertThat(link.datagramsSent).hasValue(0);
  }

  @Test
  void aLinkThatDeliversFromInsideOfSendDoesNotEnterTheEngineTwice() {
    endpoint.whileTransmitting =
        () -> driver.onDatagram(PEER, Unpooled.wrappedBuffer(new byte[] {1}), driver.nowNs());
    driver.onBatchComplete();
    assertThat(endpoint.segments).isZero();

    loop.runFor(Duration.ZERO);
    assertThat(endpoint.segments).isEqualTo(1);
  }

  /** Does what the test says, and counts what is asked of it. */
  private static final class ScriptedEndpoint implements TcpEndpoint {
    final Queue<MeshAddress> toSend = new ArrayDeque<>();
    final List<String> calls = new ArrayList<>();
    final List<Integer> maxSegments = new ArrayList<>();
    final List<Integer> receivable = new ArrayList<>();
    int segmentBytes = 10;
    int segments;
    int transmits;
    int timeouts;
    long lastSegmentNs;
    long deadlineNs = Long.MAX_VALUE;
    boolean keepsDeadlineWhileUnsent;
    @Nullable Runnable whileTransmitting;

    @Override
    public TcpListener listen(int port, int backlog, boolean newestWins, TcpConfig config) {
      throw new UnsupportedOperationException();
    }

    @Override
    public TcpConnection connect(
        long nowNs, MeshAddress peer, int remotePort, int localPort, TcpConfig config) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void onSegment(long nowNs, MeshAddress from, ByteBuffer segment) {
      segments++;
      lastSegmentNs = nowNs;
    }

    @Override
    public void onTimeout(long nowNs) {
      timeouts++;
      if (!keepsDeadlineWhileUnsent) {
        deadlineNs = Long.MAX_VALUE;
      }
    }

    @Override
    public void onPeerRestarted(long nowNs, MeshAddress peer) {
      calls.add("restarted");
    }

    @Override
    public void onPeerReachable(long nowNs, MeshAddress peer) {
      calls.add("reachable");
    }

    @Override
    public void onMaxSegmentChanged(MeshAddress peer, int safeBytes, int largestBytes) {
      maxSegments.add(safeBytes);
    }

    @Override
    public void onReceivableChanged(MeshAddress peer, int bytes) {
      receivable.add(bytes);
    }

    @Override
    public void onSegmentsTooLarge(long nowNs, MeshAddress peer) {
      calls.add("too large");
    }

    @Override
    public void pollTransmit(long nowNs, SegmentSink sink) {
      transmits++;
      Runnable meanwhile = whileTransmitting;
      whileTransmitting = null;
      if (meanwhile != null) {
        meanwhile.run();
      }
      while (!toSend.isEmpty() && sink.offer(toSend.element(), ByteBuffer.allocate(segmentBytes))) {
        toSend.remove();
      }
      if (toSend.isEmpty() && keepsDeadlineWhileUnsent) {
        deadlineNs = Long.MAX_VALUE;
      }
    }

    @Override
    public long nextDeadlineNs() {
      return deadlineNs;
    }

    @Override
    public @Nullable Object pollReady() {
      return null;
    }

    @Override
    public Collection<? extends TcpConnection> connections() {
      return List.of();
    }

    @Override
    public TcpTotals totals(long nowNs) {
      return TcpTotals.NONE;
    }

    @Override
    public void close(long nowNs) {
      calls.add("closed");
    }
  }
}
