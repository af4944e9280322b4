package io.limpet.tcp.internal.engine;

import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import io.limpet.tcp.TcpInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Bulk flows in one direction of a pair: what arrives, over a while, after a warm-up. */
final class BulkRun {
  /** A flow: an endless writer, and a reader that counts. */
  static final class Flow {
    final TcpConnection sender;
    private final SimNet.Node from;
    private final ByteBuffer data = ByteBuffer.allocate(64 << 10);
    long received;

    Flow(SimNet.Node from, TcpConnection sender) {
      this.from = from;
      this.sender = sender;
    }

    boolean isOf(TcpConnection accepted) {
      return sender.localPort() == accepted.remotePort() && from.address.equals(accepted.peer());
    }
  }

  final Pair pair;
  final List<Flow> flows = new ArrayList<>();
  private final TcpListener listener;
  private final List<TcpConnection> accepted = new ArrayList<>();
  private final ByteBuffer sink = ByteBuffer.allocate(256 << 10);

  BulkRun(Pair pair) throws Exception {
    this.pair = pair;
    listener = pair.server.endpoint.listen(7, 256, false, TcpConfig.defaults());
    pair.client.endpoint.onMaxSegmentChanged(Pair.SERVER, 1420, 1420);
    pair.server.endpoint.onMaxSegmentChanged(Pair.CLIENT, 1420, 1420);
    pair.server.application = this::serve;
    pair.client.application = this::write;
  }

  Flow add(CongestionAlgorithm algorithm) throws Exception {
    return add(pair.client, algorithm);
  }

  /** Adds a flow from a node of its own, which knows nothing of the others. */
  Flow addStranger(CongestionAlgorithm algorithm) throws Exception {
    SimNet.Node node = pair.addClient();
    node.endpoint.onMaxSegmentChanged(Pair.SERVER, 1420, 1420);
    pair.server.endpoint.onMaxSegmentChanged(node.address, 1420, 1420);
    node.application = this::write;
    return add(node, algorithm);
  }

  private Flow add(SimNet.Node from, CongestionAlgorithm algorithm) throws Exception {
    TcpConfig config = TcpConfig.defaults();
    config =
        new TcpConfig(
            config.sendBufferBytes(),
            config.receiveBufferBytes(),
            true,
            0,
            config.userTimeoutNs(),
            config.suspectAfterNs(),
            algorithm,
            TcpConfig.defaults().redundancyShare());
    Flow flow = new Flow(from, from.endpoint.connect(pair.nowNs, Pair.SERVER, 7, 0, config));
    flows.add(flow);
    return flow;
  }

  private void write() {
    for (Flow flow : flows) {
      while (flow.sender.pollEvent() != null) {
        // The writer looks at the room itself.
      }
      do {
        flow.data.clear();
        flow.sender.write(pair.nowNs, flow.data);
      } while (!flow.data.hasRemaining());
    }
  }

  private void serve() {
    for (TcpConnection request = listener.pollRequest();
        request != null;
        request = listener.pollRequest()) {
      request.accept(pair.nowNs);
      accepted.add(request);
    }
    for (TcpConnection connection : accepted) {
      while (connection.pollEvent() != null) {
        // The reader looks itself.
      }
      int count;
      do {
        sink.clear();
        count = connection.read(pair.nowNs, sink);
        for (Flow flow : flows) {
          if (count > 0 && flow.isOf(connection)) {
            flow.received += count;
          }
        }
      } while (count > 0);
    }
  }

  /** Returns each flow's goodput in Mbit/s over a time. */
  double[] measure(long durationNs) {
    long[] before = flows.stream().mapToLong(f -> f.received).toArray();
    pair.run(durationNs);
    double[] rates = new double[flows.size()];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = (flows.get(i).received - before[i]) * 8e3 / durationNs;
    }
    return rates;
  }

  /** The other end of the first flow. */
  TcpConnection receiver() {
    return accepted.get(0);
  }

  TcpInfo info() {
    return flows.get(0).sender.info(pair.nowNs);
  }
}
