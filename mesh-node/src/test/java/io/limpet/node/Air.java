package io.limpet.node;

import io.limpet.link.Bytes;
import io.limpet.link.VirtualRadio;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A perfect air inside of one process. */
public final class Air {
  private static final VirtualRadio.Receiver NOBODY = (from, multicast, datagram) -> {};

  private final Map<Inet4Address, Radio> radios = new ConcurrentHashMap<>();

  /** An air that nobody uses yet. */
  public Air() {}

  /** Returns a new radio, in reach of all others. */
  public VirtualRadio radio() throws UnknownHostException {
    byte number = (byte) (radios.size() + 1);
    InetAddress address = InetAddress.getByAddress(new byte[] {(byte) 169, (byte) 254, 0, number});
    Radio radio = new Radio(number, (Inet4Address) address);
    radios.put(radio.address, radio);
    return radio;
  }

  private final class Radio implements VirtualRadio {
    private final byte number;
    private final Inet4Address address;
    private volatile Receiver receiver = NOBODY;

    Radio(byte number, Inet4Address address) {
      this.number = number;
      this.address = address;
    }

    @Override
    public String name() {
      return "air" + number;
    }

    @Override
    public Bytes mac() {
      return Bytes.of(new byte[] {2, 0, 0, 0, 0, number});
    }

    @Override
    public Inet4Address address() {
      return address;
    }

    @Override
    public void unicast(Inet4Address to, byte[] datagram) {
      Radio other = radios.get(to);
      if (other != null) {
        other.receiver.onDatagram(address, false, datagram);
      }
    }

    @Override
    public void multicast(byte[] datagram) {
      for (Radio other : radios.values()) {
        if (other != this) {
          other.receiver.onDatagram(address, true, datagram.clone());
        }
      }
    }

    @Override
    public void listen(Receiver newReceiver) {
      receiver = newReceiver;
    }
  }
}
