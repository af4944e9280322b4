package io.limpet.node.internal.report;

import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.journal.Moment;
import io.netty.util.NetUtil;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What people call themselves, by address. */
final class Names {
  private static final int SHORT = 4;

  private final Map<String, String> names = new HashMap<>();

  Names(List<LaptopLog> logs) {
    for (LaptopLog log : logs) {
      for (Moment moment : log.moments()) {
        if (moment.event() instanceof JournalEvent.PeerPresence e) {
          learn(e.peer(), e.peerName());
        } else if (moment.event() instanceof JournalEvent.PathChanged e) {
          learn(e.peer(), e.peerName());
        } else if (moment.event() instanceof JournalEvent.InvitationChange e) {
          learn(e.from(), e.fromName());
          learn(e.to(), e.toName());
        }
      }
    }
    // What somebody calls themselves counts more than what others heard.
    logs.forEach(log -> learn(log.address(), log.name()));
  }

  /** In a private journal the name is the address, or its pseudonym: others may know it. */
  private void learn(String address, String name) {
    if (name.equals(address)) {
      names.putIfAbsent(address, name);
    } else {
      names.put(address, name);
    }
  }

  /** Returns the name of whose address has these 32 hexadecimal digits; else their last eight. */
  String ofDigits(String digits) {
    return names.keySet().stream()
        .filter(address -> digits.equals(digits(address)))
        .findFirst()
        .map(this::of)
        .orElse("…" + digits.substring(digits.length() - 8));
  }

  private static String digits(String address) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    return bytes == null ? "" : HexFormat.of().formatHex(bytes);
  }

  /** Returns every address that is known. */
  Set<String> addresses() {
    return Set.copyOf(names.keySet());
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
