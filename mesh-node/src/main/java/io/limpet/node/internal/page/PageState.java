package io.limpet.node.internal.page;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Line;
import io.limpet.link.MeshAddress;
import io.limpet.link.PeerReport;
import io.limpet.node.internal.control.Views.ActivityView;
import io.limpet.node.internal.control.Views.InvitationView;
import io.limpet.node.internal.control.Views.LineView;
import io.limpet.node.internal.explain.EventWords;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.page.PageViews.Message;
import io.limpet.node.internal.page.PageViews.MomentView;
import io.limpet.node.internal.page.PageViews.PersonView;
import io.limpet.node.internal.page.PageViews.Sections;
import io.limpet.node.internal.page.PageViews.SelfView;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows, and what has to be said to keep it so.
 *
 * <p>Everything is bounded, whatever the network says. Knows no clock, thread or socket; confined
 * to one thread.
 */
final class PageState {
  /** Who is gone and whatever was decided stay on the page for so long. */
  static final Duration AFTERGLOW = Duration.ofMinutes(10);

  static final int MOST_PEOPLE = 150;
  static final int MOST_ACTIVITIES = 60;
  static final int MOST_INVITATIONS = 60;
  static final int MOST_MOMENTS = 256;
  static final int MOST_LINES = 100;

  private final SelfView self;
  private final MeshAddress address;
  private final Map<String, Instant> seen = new HashMap<>();
  private final Deque<MomentView> moments = new ArrayDeque<>();
  private final Map<String, Deque<LineView>> lines = new HashMap<>();
  private List<PersonView> people = List.of();
  private int morePeople;
  private List<ActivityView> activities = List.of();
  private List<InvitationView> invitations = List.of();

  /**
   * Begins with nobody.
   *
   * @param colours of this node's person
   */
  PageState(MeshAddress address, String name, String colours, Instant now) {
    this.address = address;
    this.self = SelfView.of(address, name, colours, now);
  }

  /** All that is shown. */
  Message snapshot() {
    Map<String, List<LineView>> said = new HashMap<>();
    lines.forEach((activity, kept) -> said.put(activity, List.copyOf(kept)));
    return new Message(
        "snapshot",
        new Sections(
            self, people, morePeople, activities, invitations, List.copyOf(moments), said));
  }

  /** Takes what the node knows now; returns what has changed, if anything has. */
  Optional<Message> update(
      List<Person> roster,
      List<PeerReport> reports,
      List<Activity> known,
      List<Invitation> all,
      Instant now) {
    Map<MeshAddress, PeerReport> ways =
        reports.stream()
            .collect(Collectors.toMap(r -> r.info().address(), Function.identity(), (a, b) -> b));
    List<Person> shown = shown(roster, now);
    List<PersonView> newPeople =
        shown.stream()
            .limit(MOST_PEOPLE)
            .map(p -> PersonView.of(p, ways.get(p.address()), seen(p, now)))
            .sorted(Comparator.comparing(PersonView::name).thenComparing(PersonView::id))
            .toList();
    seen.keySet().retainAll(newPeople.stream().map(PersonView::id).toList());
    int newMore = shown.size() - newPeople.size();
    List<ActivityView> newActivities = activities(known, roster);
    List<InvitationView> newInvitations = invitations(all, now);
    boolean samePeople = newPeople.equals(people) && newMore == morePeople;
    boolean sameActivities = newActivities.equals(activities);
    boolean sameInvitations = newInvitations.equals(invitations);
    people = newPeople;
    morePeople = newMore;
    activities = newActivities;
    invitations = newInvitations;
    lines.keySet().retainAll(joined());
    return samePeople && sameActivities && sameInvitations
        ? Optional.empty()
        : Optional.of(
            new Message(
                "change",
                new Sections(
                    null,
                    samePeople ? null : people,
                    samePeople ? null : morePeople,
                    sameActivities ? null : activities,
                    sameInvitations ? null : invitations,
                    null,
                    null)));
  }

  private Instant seen(Person person, Instant now) {
    return seen.computeIfAbsent(person.address().toString(), first -> now);
  }

  /** Those who are here come first, for not all may have room. */
  private static List<Person> shown(List<Person> roster, Instant now) {
    return roster.stream()
        .filter(
            p ->
                p.presence() != Presence.OFFLINE
                    || Duration.between(p.since(), now).compareTo(AFTERGLOW) < 0)
        .sorted(Comparator.comparing(Person::presence))
        .toList();
  }

  private List<ActivityView> activities(List<Activity> known, List<Person> roster) {
    Map<MeshAddress, String> names = new HashMap<>();
    roster.forEach(person -> names.put(person.address(), person.name()));
    names.put(address, self.name());
    return known.stream()
        .sorted(Comparator.comparing(Activity::standing).reversed())
        .limit(MOST_ACTIVITIES)
        .map(a -> ActivityView.of(a, who -> names.getOrDefault(who, who.shortForm())))
        .sorted(Comparator.comparing(ActivityView::id))
        .toList();
  }

  private List<InvitationView> invitations(List<Invitation> all, Instant now) {
    return all.stream()
        .filter(i -> !i.state().isFinal() || isFresh(i, now))
        .sorted(Comparator.comparing(i -> i.state().isFinal()))
        .limit(MOST_INVITATIONS)
        .map(i -> InvitationView.of(i, address))
        .toList();
  }

  private static boolean isFresh(Invitation invitation, Instant now) {
    Instant decided = invitation.times().get(invitation.state());
    return decided != null && Duration.between(decided, now).compareTo(AFTERGLOW) < 0;
  }

  /** The activities that this person is in, by identifier. */
  Set<String> joined() {
    return activities.stream()
        .filter(ActivityView::joined)
        .map(ActivityView::id)
        .collect(Collectors.toSet());
  }

  /** The activities whose earlier lines are not known here yet. */
  Set<String> unread() {
    Set<String> unread = joined();
    unread.removeAll(lines.keySet());
    return unread;
  }

  /** Takes what was said in an activity before; returns what is new of it. */
  List<Message> said(String activity, List<Line> earlier) {
    lines.computeIfAbsent(activity, any -> new ArrayDeque<>());
    List<Message> news = new ArrayList<>();
    for (Line line : earlier.subList(Math.max(0, earlier.size() - MOST_LINES), earlier.size())) {
      said(line).ifPresent(news::add);
    }
    return news;
  }

  /** Takes one line; returns it unless it is known, or of an activity that is not shown. */
  Optional<Message> said(Line line) {
    Deque<LineView> kept = lines.get(line.activity());
    LineView view = LineView.of(line, null);
    if (kept == null || kept.contains(view)) {
      return Optional.empty();
    }
    if (kept.size() == MOST_LINES) {
      kept.removeFirst();
    }
    kept.addLast(view);
    return Optional.of(new Message("line", view));
  }

  /** Takes an event of the journal; returns it if the strip of time tells of it. */
  Optional<Message> happened(JournalEvent event, Instant now) {
    MomentView moment = moment(event, now);
    if (moment == null) {
      return Optional.empty();
    }
    if (moments.size() == MOST_MOMENTS) {
      moments.removeFirst();
    }
    moments.addLast(moment);
    return Optional.of(new Message("moment", moment));
  }

  private static @Nullable MomentView moment(JournalEvent event, Instant now) {
    String from = null;
    String to = null;
    String name;
    if (event instanceof JournalEvent.PathChanged path) {
      name = path.peerName();
      from = path.from().toLowerCase(Locale.ROOT);
      to = path.to().toLowerCase(Locale.ROOT);
    } else if (event instanceof JournalEvent.Repair repair) {
      name = repair.peerName();
    } else if (event instanceof JournalEvent.PeerPresence presence) {
      name = presence.peerName();
    } else {
      return null;
    }
    String peer = event.peer();
    String text = EventWords.tell(event, name);
    return peer == null || text == null
        ? null
        : new MomentView(now.toEpochMilli(), event.name(), peer, from, to, text);
  }
}
