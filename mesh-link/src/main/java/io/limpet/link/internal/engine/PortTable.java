package io.limpet.link.internal.engine;

import io.limpet.link.Carrier;
import io.limpet.link.internal.path.CarrierNumber;
import io.limpet.link.internal.path.PathMtu;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The interfaces in use, and the numbers of the paths over them. Not thread-safe. */
final class PortTable {
  private static final int MAX_SLOTS = 64;

  private final Map<Integer, LinkPort> ports = new LinkedHashMap<>();
  private final Map<Integer, Integer> slots = new LinkedHashMap<>();

  /** Adds or replaces an interface; returns false when there are too many. */
  boolean put(LinkPort port) {
    int index = port.nif().index();
    if (!slots.containsKey(index)) {
      int slot = freeSlot();
      if (slot < 0) {
        return false;
      }
      slots.put(index, slot);
    }
    ports.put(index, port);
    return true;
  }

  private int freeSlot() {
    for (int slot = 0; slot < MAX_SLOTS; slot++) {
      if (!slots.containsValue(slot)) {
        return slot;
      }
    }
    return -1;
  }

  @Nullable LinkPort remove(int interfaceIndex) {
    slots.remove(interfaceIndex);
    return ports.remove(interfaceIndex);
  }

  @Nullable LinkPort get(int interfaceIndex) {
    return ports.get(interfaceIndex);
  }

  /** Returns the datagram that every interface takes and every path is taken to pass, in bytes. */
  int baseDatagramBytes() {
    int base = PathMtu.BASE_BYTES;
    for (LinkPort port : ports.values()) {
      for (Carrier carrier : port.carriers()) {
        base = Math.min(base, port.maxDatagramBytes(carrier));
      }
    }
    return base;
  }

  /** Returns the largest datagram that any interface takes, in bytes. */
  int largestDatagramBytes() {
    int largest = baseDatagramBytes();
    for (LinkPort port : ports.values()) {
      for (Carrier carrier : port.carriers()) {
        largest = Math.max(largest, port.largestDatagramBytes(carrier));
      }
    }
    return largest;
  }

  Collection<LinkPort> all() {
    return ports.values();
  }

  /** Returns the number of a path over an interface that is in the table, 0..255. */
  int pathNumber(int interfaceIndex, Carrier carrier) {
    Integer slot = slots.get(interfaceIndex);
    if (slot == null) {
      throw new IllegalStateException("no such interface: " + interfaceIndex);
    }
    return CarrierNumber.place(slot, carrier);
  }
}
