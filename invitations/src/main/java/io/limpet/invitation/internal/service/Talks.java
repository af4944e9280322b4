package io.limpet.invitation.internal.service;

import io.limpet.invitation.internal.activity.Membership;
import io.limpet.invitation.internal.group.ChannelStore;
import io.limpet.link.MeshAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is said in all activities that this node is in, or was in since it started. */
final class Talks implements GroupAir.Listener {
  /** Those of activities that we are not in any more are kept so that nothing is told twice. */
  private static final int MAX_TALKS = 600;

  private final ServiceConfig config;
  private final ChannelStore store;
  private final Talk.Output out;
  private final Map<String, Talk> talks = new LinkedHashMap<>();
  private final Set<Talk> heard = new LinkedHashSet<>();

  Talks(ServiceConfig config, Talk.Output out) {
    this.config = config;
    this.store = config.stores().channels();
    this.out = out;
  }

  /**
   * Begins to hear.
   *
   * @param wanted the activities that there are: of others, what was kept is forgotten
   */
  void start(Set<String> wanted) {
    for (String activity : store.activities()) {
      if (!wanted.contains(activity)) {
        store.remove(activity);
      }
    }
    config.air().start(this);
  }

  /** Takes a new list of members. */
  void onMembership(Membership membership) {
    if (!membership.members().isEmpty() || talks.containsKey(membership.activity())) {
      talk(membership.activity()).setMembership(membership);
    }
  }

  /** Returns the talk of an activity, made when there is none. */
  Talk talk(String activity) {
    Talk known = talks.get(activity);
    if (known == null) {
      makeRoom();
      known = new Talk(activity, config, store, out);
      talks.put(activity, known);
    }
    return known;
  }

  Optional<Talk> known(String activity) {
    return Optional.ofNullable(talks.get(activity));
  }

  void onReachable(MeshAddress peer) {
    List.copyOf(talks.values()).forEach(t -> t.onReachable(peer));
  }

  void onStreamReady(MeshAddress peer) {
    List.copyOf(talks.values()).forEach(t -> t.onStreamReady(peer));
  }

  boolean hasWork(MeshAddress peer) {
    return talks.values().stream().anyMatch(t -> t.hasWork(peer));
  }

  void close() {
    config.air().close();
    talks.values().forEach(Talk::close);
  }

  @Override
  public void onPacket(String activity, MeshAddress from, byte[] packet) {
    Talk talk = talks.get(activity);
    if (talk != null) {
      talk.onPacket(from, packet);
      heard.add(talk);
    }
  }

  @Override
  public void onBatchComplete() {
    List<Talk> all = List.copyOf(heard);
    heard.clear();
    all.forEach(Talk::settle);
  }

  private void makeRoom() {
    Iterator<Talk> oldest = talks.values().iterator();
    while (talks.size() >= MAX_TALKS && oldest.hasNext()) {
      Talk talk = oldest.next();
      if (!talk.isIn()) {
        talk.close();
        oldest.remove();
      }
    }
  }
}
