package io.limpet.invitation.internal.service;

import io.limpet.link.MeshAddress;
import io.limpet.presence.Acquaintance;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import io.limpet.presence.Roster;
import io.limpet.presence.RosterListener;
import io.limpet.presence.SharedActivity;
import io.limpet.presence.UnknownPersonException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A roster that knows whom it has been introduced to. */
final class SimRoster implements Roster {
  private final Runnable announce;
  private List<SharedActivity> own = List.of();
  private final Set<MeshAddress> acquainted = ConcurrentHashMap.newKeySet();
  private volatile List<Person> people = List.of();

  SimRoster(Runnable announce) {
    this.announce = announce;
  }

  void meet(List<SimNode> nodes) {
    List<Person> all = new ArrayList<>();
    for (SimNode node : nodes) {
      if (node.roster != this) {
        all.add(person(node.self, node.roster.own));
      }
    }
    people = all;
  }

  void introduce(Person person) {
    List<Person> all = new ArrayList<>(people);
    all.removeIf(p -> p.address().equals(person.address()));
    all.add(person);
    people = all;
  }

  static Person person(Identity who, List<SharedActivity> activities) {
    return new Person(
        who.address(),
        who.name(),
        Presence.ONLINE,
        "#000000,#ffffff",
        "",
        who.epoch(),
        activities,
        Set.of("hello"),
        Instant.EPOCH,
        false,
        Acquaintance.STRANGER);
  }

  @Override
  public List<Person> people() {
    return people;
  }

  @Override
  public Optional<Person> person(MeshAddress address) {
    return people.stream().filter(p -> p.address().equals(address)).findFirst();
  }

  @Override
  public Person find(String nameOrAddress) throws UnknownPersonException {
    return people.stream()
        .filter(p -> p.name().equals(nameOrAddress))
        .findFirst()
        .orElseThrow(() -> new UnknownPersonException("nobody is called " + nameOrAddress));
  }

  @Override
  public void setActivities(List<SharedActivity> activities) {
    own = activities;
    announce.run();
  }

  @Override
  public void setStatus(String status) {
    throw new UnsupportedOperationException("the service sets no status");
  }

  @Override
  public Acquaintance acquaintance(MeshAddress address) {
    return acquainted.contains(address) ? Acquaintance.KNOWN : Acquaintance.STRANGER;
  }

  @Override
  public CompletionStage<Void> acquaint(MeshAddress address) {
    acquainted.add(address);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<String> authenticationString(MeshAddress address) {
    throw new UnsupportedOperationException("the service compares no digits");
  }

  @Override
  public CompletionStage<Person> confirm(MeshAddress address) {
    throw new UnsupportedOperationException("the service confirms nobody");
  }

  @Override
  public void addListener(RosterListener listener) {
    // Events are made by the test, on the service itself.
  }

  @Override
  public void removeListener(RosterListener listener) {
    // Events are made by the test, on the service itself.
  }

  @Override
  public void close() {}
}
