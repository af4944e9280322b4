package io.limpet.rig.internal.laptop;

import io.limpet.link.Bytes;
import io.limpet.link.VirtualRadio;
import io.limpet.rig.AirPort;
import io.limpet.rig.RigDevice;
import java.net.Inet4Address;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A device's radio where there is no kernel, as a node uses it. */
final class AirPortRadio implements VirtualRadio {
  private final RigDevice self;
  private final AirPort port;
  private final Bytes mac;
  private final Map<String, RigDevice> byName;
  private final Map<Inet4Address, RigDevice> byAddress;

  /**
   * Takes over a device's port.
   *
   * @param fleet all devices of the rig
   */
  AirPortRadio(RigDevice self, AirPort port, Collection<RigDevice> fleet) {
    this.self = self;
    this.port = port;
    this.mac = Bytes.of(self.mac().octets());
    this.byName = fleet.stream().collect(Collectors.toMap(RigDevice::name, Function.identity()));
    this.byAddress = fleet.stream().collect(Collectors.toMap(RigDevice::ipv4, Function.identity()));
  }

  @Override
  public String name() {
    return self.name();
  }

  @Override
  public Bytes mac() {
    return mac;
  }

  @Override
  public Inet4Address address() {
    return self.ipv4();
  }

  @Override
  public int mtuBytes() {
    return AirPort.MAXIMUM_PAYLOAD;
  }

  @Override
  public void unicast(Inet4Address to, byte[] datagram) {
    RigDevice device = byAddress.get(to);
    if (device != null) { // to nobody, it is lost in the air
      port.unicast(device, datagram);
    }
  }

  @Override
  public void multicast(byte[] datagram) {
    port.multicast(datagram);
  }

  @Override
  public void listen(Receiver receiver) {
    port.listen(
        (from, multicast, payload) -> {
          RigDevice sender = byName.get(from);
          if (sender != null) {
            receiver.onDatagram(sender.ipv4(), multicast, payload);
          }
        });
  }
}
