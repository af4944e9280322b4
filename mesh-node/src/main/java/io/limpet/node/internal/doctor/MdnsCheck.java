package io.limpet.node.internal.doctor;

import java.util.List;
import java.util.TreeSet;

/** Who else answers mDNS here, and whether there is room beside. */
final class MdnsCheck implements Check {
  private static final String NAME = "mdns";
  private static final int PORT = 5353;

  @Override
  public List<Finding> examine(Facts facts) {
    long node = facts.ask("status").map(status -> status.path("pid").asLong(0)).orElse(0L);
    TreeSet<String> holders = new TreeSet<>();
    for (Facts.Socket socket : facts.udpSockets()) {
      if (socket.port() == PORT && (node == 0 || socket.pid() != node)) {
        holders.add(SocketsTable.owner(socket));
      }
    }
    if (holders.isEmpty()) {
      return List.of(Finding.ok(NAME, "no other mDNS responder runs here"));
    }
    String who = String.join(", ", holders);
    return List.of(
        facts.canShare(PORT)
            ? Finding.ok(NAME, "UDP port 5353 is shared with " + who)
            : Finding.warning(
                NAME,
                "UDP port 5353 is held by "
                    + who
                    + " alone: mDNS tools will not see this node,"
                    + " people still will",
                "for avahi set disallow-other-stacks=no in /etc/avahi/avahi-daemon.conf, for"
                    + " systemd-resolved MulticastDNS=no; or start the node with --no-mdns"));
  }
}
