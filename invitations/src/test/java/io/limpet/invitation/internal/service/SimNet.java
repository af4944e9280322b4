package io.limpet.invitation.internal.service;

import io.limpet.invitation.WhoMayInvite;
import io.limpet.invitation.internal.invite.DeskLimits;
import io.limpet.invitation.internal.store.MemoryStores;
import io.limpet.invitation.internal.store.Stores;
import io.limpet.link.MeshAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A few nodes in one thread, with streams that take time, die, and come in pairs. */
final class SimNet {
  final VirtualLoop loop = new VirtualLoop();
  final Random random;

  /** The share of datagrams that are lost; streams lose none. */
  double lossRate;

  private final List<SimNode> nodes = new ArrayList<>();
  private final Set<Set<MeshAddress>> cuts = new HashSet<>();
  private int epochs;

  SimNet(long seed) {
    random = new Random(seed);
  }

  /** Starts a node whom everybody comes to know. */
  SimNode node(String name) {
    return node(name, MemoryStores.empty(), WhoMayInvite.EVERYONE, DeskLimits.defaults());
  }

  SimNode node(String name, Stores stores, @Nullable WhoMayInvite who, DeskLimits limits) {
    MeshAddress address = new MeshAddress(0x2001_0020_0000_0000L, nodes.size() + 1L);
    SimNode node = new SimNode(this, new Identity(address, name, ++epochs), stores, who, limits);
    nodes.add(node);
    meet();
    node.service.start();
    return node;
  }

  /** The node comes back with a higher epoch and what its store has. */
  SimNode restart(SimNode old) {
    return restart(old, old.stores);
  }

  /** The node comes back with another store: its disk was lost. */
  SimNode restart(SimNode old, Stores stores) {
    return restart(old, stores, old.who);
  }

  /** The same, and it is told anew who may invite. */
  SimNode restart(SimNode old, Stores stores, @Nullable WhoMayInvite who) {
    old.crash();
    Identity self = new Identity(old.address(), old.self.name(), ++epochs);
    SimNode node = new SimNode(this, self, stores, who, old.limits);
    nodes.set(nodes.indexOf(old), node);
    meet();
    node.service.start();
    for (SimNode other : nodes) {
      if (other != node && isLinked(other.address(), node.address())) {
        other.service.onRestarted(node.address());
        other.service.onReachable(node.address());
      }
    }
    return node;
  }

  /** Nothing passes between the two, and their streams die. */
  void cut(SimNode a, SimNode b) {
    cuts.add(Set.of(a.address(), b.address()));
    a.streams.breakAll(b.address());
  }

  /** What dies with a stream is lost, but another can be opened at once. */
  void breakStreams(SimNode a, SimNode b) {
    a.streams.breakAll(b.address());
  }

  void heal(SimNode a, SimNode b) {
    cuts.remove(Set.of(a.address(), b.address()));
    a.service.onReachable(b.address());
    b.service.onReachable(a.address());
  }

  /** Every link is there again, to stay. */
  void healAll() {
    for (SimNode one : List.copyOf(nodes)) {
      for (SimNode other : List.copyOf(nodes)) {
        if (one != other) {
          heal(one, other);
        }
      }
    }
  }

  /** Does what needs two nodes. */
  static void unlessSame(SimNode a, SimNode b, Runnable action) {
    if (a != b) {
      action.run();
    }
  }

  boolean isLinked(MeshAddress a, MeshAddress b) {
    return !cuts.contains(Set.of(a, b));
  }

  /** Returns everybody but one who is linked to them. */
  List<SimNode> around(MeshAddress address) {
    return nodes.stream()
        .filter(n -> !n.address().equals(address) && isLinked(n.address(), address))
        .toList();
  }

  SimNode at(MeshAddress address) {
    return nodes.stream().filter(n -> n.address().equals(address)).findFirst().orElseThrow();
  }

  /** Announcements travel at once. */
  void meet() {
    for (SimNode node : nodes) {
      node.roster.meet(nodes);
    }
  }
}
