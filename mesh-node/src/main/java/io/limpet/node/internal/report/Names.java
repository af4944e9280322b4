package io.limpet.node.internal.report;

import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.journal.Moment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What people call themselves, by address. */
final class Names {
  private static final int SHORT = 4;

  private final Map<String, String> names = new HashMap<>();

  Names(List<LaptopLog> logs) {
    for (LaptopLog log : logs) {
      for (Moment moment : log.moments()) {
        if (moment.event() instanceof JournalEvent.PeerPresence e) {
          names.put(e.peer(), e.peerName());
        } else if (moment.event() instanceof JournalEvent.PathChanged e) {
          names.putIfAbsent(e.peer(), e.peerName());
        } else if (moment.event() instanceof JournalEvent.InvitationChange e) {
          names.putIfAbsent(e.from(), e.fromName());
          names.putIfAbsent(e.to(), e.toName());
        }
      }
    }
    // What somebody calls themselves counts more than what others heard.
    logs.forEach(log -> names.put(log.address(), log.name()));
  }

  /** Returns somebody's name, with the end of the address where several go by it. */
  String of(String address) {
    String name = names.getOrDefault(address, address);
    long bearers = names.values().stream().filter(name::equals).count();
    return bearers < 2
        ? name
        : name + "#" + address.substring(Math.max(0, address.length() - SHORT));
  }
}
