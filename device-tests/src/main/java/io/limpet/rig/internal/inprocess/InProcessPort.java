package io.limpet.rig.internal.inprocess;

import io.limpet.rig.AirPort;
import io.limpet.rig.MacAddress;
import io.limpet.rig.RigDevice;
import io.limpet.rig.internal.medium.Medium;
import io.limpet.rig.internal.medium.Port;
import io.limpet.rig.internal.radio.EthernetFrames;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port without a kernel. Datagrams travel in Ethernet frames of the EtherType that IEEE 802 sets
 * aside for local experiments, followed by the number of the sender, who is thus known whatever
 * became of its MAC.
 */
final class InProcessPort implements Port, AirPort {
  private static final Logger LOG = LoggerFactory.getLogger(InProcessPort.class);
  private static final short ETHERTYPE_LOCAL_EXPERIMENTAL = (short) 0x88b5;
  private static final int HEADER_BYTES = EthernetFrames.HEADER_BYTES + 1;

  private static final Listener DEAF = (from, multicast, payload) -> {};

  private final Medium medium;
  private final int station;
  private final List<String> names;
  private volatile Listener listener = DEAF;

  InProcessPort(Medium medium, int station, List<String> names) {
    this.medium = medium;
    this.station = station;
    this.names = names;
  }

  @Override
  public void unicast(RigDevice to, byte[] payload) {
    if (!(to instanceof InProcessDevice device)) {
      throw new IllegalArgumentException("not a device without kernel: " + to);
    }
    send(device::macOnLoop, payload);
  }

  @Override
  public void multicast(byte[] payload) {
    send(() -> MacAddress.BROADCAST, payload);
  }

  @Override
  public void listen(Listener newListener) {
    listener = newListener;
  }

  @Override
  public void receive(byte[] frame) {
    boolean multicast = EthernetFrames.isGroup(EthernetFrames.destination(frame));
    String from = names.get(frame[HEADER_BYTES - 1]);
    byte[] payload = Arrays.copyOfRange(frame, HEADER_BYTES, frame.length);
    try {
      listener.onDatagram(from, multicast, payload);
    } catch (RuntimeException e) {
      LOG.warn("a listener failed on a datagram", e);
    }
  }

  @Override
  public void drain() {
    // What is sent is with the model already.
  }

  @Override
  public void close() {
    listener = DEAF;
  }

  /** Waits for nothing: a sender on its own event loop must not be held up by the air's. */
  private void send(Supplier<MacAddress> destination, byte[] payload) {
    if (payload.length > MAXIMUM_PAYLOAD) {
      throw new IllegalArgumentException("payload too long: " + payload.length);
    }
    byte[] copy = payload.clone();
    try {
      medium
          .loop()
          .execute(
              () -> {
                medium.onFrame(station, frame(destination.get(), copy));
                medium.settle();
              });
    } catch (RejectedExecutionException e) {
      LOG.debug("{} sends, and the air is gone", names.get(station));
    }
  }

  private byte[] frame(MacAddress destination, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + payload.length);
    frame.put(destination.octets());
    frame.put(new MacAddress(medium.macOnLoop(station)).octets());
    frame.putShort(ETHERTYPE_LOCAL_EXPERIMENTAL);
    frame.put((byte) station);
    frame.put(payload);
    return frame.array();
  }
}
