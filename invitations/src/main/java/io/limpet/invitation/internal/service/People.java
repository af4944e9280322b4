package io.limpet.invitation.internal.service;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitations;
import io.limpet.link.MeshAddress;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import io.limpet.presence.Roster;
import io.limpet.presence.SharedActivity;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the service asks of the roster. */
final class People {
  /** An activity that somebody announces. */
  record Announced(MeshAddress owner, SharedActivity activity) {}

  private static final Logger LOG = LoggerFactory.getLogger(People.class);

  private final Roster roster;

  People(Roster roster) {
    this.roster = roster;
  }

  /** Says whether somebody has been heard here. */
  boolean isHeard(MeshAddress address) {
    return roster.person(address).isPresent();
  }

  /** Says whether our person has dealt with somebody of their own will. */
  boolean isKnown(MeshAddress address) {
    return roster.isKnown(address);
  }

  /** Our person deals with somebody of their own will; it is remembered for good. */
  void acquaint(MeshAddress address) {
    roster
        .acquaint(address)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                LOG.warn("that {} is known counts until the node stops only", address, failure);
              }
            });
  }

  /** Returns what somebody calls themselves, or nothing. */
  String name(MeshAddress address) {
    return roster.person(address).map(Person::name).orElse("");
  }

  /** Returns what to call somebody in a message to a person. */
  String describe(MeshAddress address) {
    String name = name(address);
    return name.isEmpty() ? address.toString() : name;
  }

  boolean isReachable(MeshAddress address) {
    return roster.person(address).filter(p -> p.presence() != Presence.OFFLINE).isPresent();
  }

  List<Announced> announced(String activityId) {
    return announced().stream().filter(a -> a.activity().id().equals(activityId)).toList();
  }

  /** Returns what others announce, without what is known by its identifier already. */
  List<Activity> othersActivities(Set<String> known) {
    return announced().stream()
        .filter(a -> !known.contains(a.activity().id()))
        .map(
            a ->
                new Activity(
                    a.activity().id(),
                    a.activity().type(),
                    a.activity().title(),
                    a.owner(),
                    List.of(a.owner()),
                    Activity.Standing.OUTSIDE,
                    a.activity().open(),
                    Invitations.RETENTION))
        .toList();
  }

  private List<Announced> announced() {
    List<Announced> all = new ArrayList<>();
    for (Person person : roster.people()) {
      if (person.presence() != Presence.OFFLINE) {
        person.activities().forEach(a -> all.add(new Announced(person.address(), a)));
      }
    }
    return all;
  }
}
