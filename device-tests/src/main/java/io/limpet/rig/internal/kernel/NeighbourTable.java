package io.limpet.rig.internal.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.limpet.rig.MacAddress;
import io.limpet.rig.NeighbourEntry;
import io.limpet.rig.RigException;
import io.limpet.rig.internal.os.Commands;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads a kernel's neighbour table as {@code ip} shows it. */
final class NeighbourTable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> RESTORABLE =
      Set.of("REACHABLE", "STALE", "DELAY", "PROBE", "PERMANENT");

  private NeighbourTable() {}

  /** One line of the table. */
  record Entry(String address, Optional<MacAddress> mac, Set<String> states) {
    Entry {
      states = Set.copyOf(states);
    }

    /**
     * What {@code ip neigh replace} needs to put the entry back; nothing if it was not resolved.
     */
    Optional<String> restoreArguments(String interfaceName) {
      Optional<String> state = states.stream().filter(RESTORABLE::contains).findFirst();
      if (mac.isEmpty() || state.isEmpty()) {
        return Optional.empty();
      }
      // An entry that was being probed was in use: as reachable it goes on without asking, and so
      // without telling.
      boolean probing = state.get().equals("DELAY") || state.get().equals("PROBE");
      String nud = probing ? "reachable" : state.get().toLowerCase(Locale.ROOT);
      return Optional.of(
          address + " lladdr " + mac.get() + " dev " + interfaceName + " nud " + nud);
    }

    NeighbourEntry toFace() {
      try {
        // A literal: nothing is looked up.
        return new NeighbourEntry(InetAddress.getByName(address), mac, states);
      } catch (UnknownHostException e) {
        throw new RigException("ip printed an address that is none: " + address, e);
      }
    }
  }

  static List<Entry> read(String namespace, String interfaceName) {
    String output =
        Commands.run(List.of("ip", "-n", namespace, "-j", "neigh", "show", "dev", interfaceName));
    List<Entry> entries = new ArrayList<>();
    try {
      for (JsonNode node : JSON.readTree(output.isBlank() ? "[]" : output)) {
        Set<String> states = new HashSet<>();
        node.path("state").forEach(state -> states.add(state.asText()));
        String mac = node.path("lladdr").asText("");
        entries.add(
            new Entry(
                node.path("dst").asText(),
                mac.isEmpty() ? Optional.empty() : Optional.of(MacAddress.parse(mac)),
                states));
      }
    } catch (JsonProcessingException e) {
      throw new RigException("ip printed what is not JSON: " + output, e);
    }
    return entries;
  }
}
