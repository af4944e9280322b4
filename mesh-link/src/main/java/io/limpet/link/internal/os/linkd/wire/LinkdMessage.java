package io.limpet.link.internal.os.linkd.wire;

import io.limpet.link.Bytes;
import io.limpet.link.LinkPrivileges.Operation;
import io.limpet.link.MeshAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/** One message between a node and the helper daemon. All are values. */
public sealed interface LinkdMessage {
  /** Most interfaces that a welcome names. */
  int MAX_INTERFACES = 16;

  /** The only version of the protocol so far. */
  int VERSION = 1;

  /** A question of a node; the answer carries its number. */
  sealed interface Request extends LinkdMessage {
    /** Returns the number, the node's to choose. */
    int id();
  }

  /** A question about an interface. */
  sealed interface OnInterface extends Request {
    /** Returns the interface's name, 1..15 bytes. */
    String on();
  }

  /** A question about a neighbour. */
  sealed interface AboutNeighbour extends OnInterface {
    /** Returns the neighbour's address, without a scope. */
    InetAddress ip();
  }

  /** The first words of a node: which versions it speaks, 1..255. */
  record Greet(int lowest, int highest) implements LinkdMessage {}

  /** Replace the MAC of an entry. */
  record Replace(int id, String on, InetAddress ip, Bytes mac) implements AboutNeighbour {}

  /** Delete an entry. */
  record Flush(int id, String on, InetAddress ip) implements AboutNeighbour {}

  /** Have the kernel probe an entry. */
  record Probe(int id, String on, InetAddress ip) implements AboutNeighbour {}

  /** Ask all machines for a neighbour's MAC, by ARP or neighbour discovery. */
  record Solicit(int id, String on, InetAddress own, InetAddress ip) implements AboutNeighbour {}

  /** Announce one of this machine's own addresses. */
  record Announce(int id, String on, InetAddress own) implements OnInterface {}

  /** Run the site hook for a peer. */
  record RunHook(int id, String on, InetAddress ip, Bytes mac, MeshAddress peer)
      implements AboutNeighbour {}

  /** Destroy a kernel socket, named by the kernel's own identification. */
  record Destroy(int id, Bytes socketId) implements Request {}

  /** Is the daemon there? */
  record Ping() implements LinkdMessage {}

  /** The daemon's answer to a greeting: what it does, and where. */
  record Welcome(int version, Set<Operation> operations, List<String> interfaces)
      implements LinkdMessage {
    /** Copies both. */
    public Welcome {
      operations = Set.copyOf(operations);
      interfaces = List.copyOf(interfaces);
    }
  }

  /** What came of a request. */
  record Told(int id, boolean done, String word, String detail) implements LinkdMessage {}

  /** The daemon is there. */
  record Pong() implements LinkdMessage {}

  /** The daemon's last words: it closes the connection. */
  record Refused(String why) implements LinkdMessage {}
}
