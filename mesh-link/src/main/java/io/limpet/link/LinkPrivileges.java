package io.limpet.link;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * What a link may do to repair this machine's tables, and by which way. It may change while the
 * link lives: the helper daemon comes and goes. A value; safe for any thread.
 *
 * @param ways how each operation is reached; one that is not there cannot be done
 * @param detail one short sentence for people, on what is missing or where it comes from
 */
public record LinkPrivileges(Map<Operation, Way> ways, String detail) {
  /** Nothing but what every user may do. */
  public static final LinkPrivileges NONE = new LinkPrivileges(Map.of(), "no privilege is used");

  /** Copies the map. */
  public LinkPrivileges {
    ways = Map.copyOf(ways);
  }

  /** An operation that not every user may do. */
  public enum Operation {
    /** Replace, flush and probe neighbour entries. Needs CAP_NET_ADMIN. */
    WRITE_NEIGHBOURS,
    /** Send ARP and neighbour discovery frames. Needs CAP_NET_RAW. */
    SEND_ARP,
    /** Destroy kernel sockets that are stranded on a vanished address. Needs CAP_NET_ADMIN. */
    DESTROY_SOCKETS,
    /** Run the configured site hook. Needs one. */
    SITE_HOOK
  }

  /** Who carries an operation out. */
  public enum Way {
    /** This process. */
    IN_PROCESS,
    /** The helper daemon, {@code limpet linkd}. */
    LINKD
  }

  /** Says whether an operation can be done, by whatever way. */
  public boolean allows(Operation operation) {
    return ways.containsKey(operation);
  }

  /** Returns a copy to which operations are added that are not there by another way. */
  public LinkPrivileges and(Set<Operation> operations, Way way, String newDetail) {
    Map<Operation, Way> all = new EnumMap<>(Operation.class);
    operations.forEach(operation -> all.put(operation, way));
    all.putAll(ways);
    return new LinkPrivileges(all, newDetail);
  }
}
