package io.limpet.node.internal.journal;

import io.limpet.invitation.Activity;
import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.InvitationEvent;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkReport;
import io.limpet.link.MeshAddress;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import io.limpet.node.internal.files.FileEvent;
import io.limpet.node.internal.streams.OpeningView;
import io.limpet.node.internal.streams.StreamEvent;
import io.limpet.node.internal.streams.StreamListener;
import io.limpet.presence.Person;
import io.limpet.presence.PlainEvent;
import io.limpet.presence.PlainPerson;
import io.limpet.presence.Presence;
import io.limpet.presence.Roster;
import io.limpet.presence.RosterEvent;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.ConnectionListener;
import io.limpet.tcp.TcpInfo;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns what the layers report into journal events. Called on the link's event loop. */
public final class JournalFeed implements StreamListener {
  private static final String AT_THE_BEGINNING = "so when the journal began";

  private final Journal journal;
  private final Roster roster;
  private final MeshAddress self;
  private final String selfName;

  /** Feeds the journal of a node, naming people as its roster does. */
  public JournalFeed(Journal journal, Roster roster, MeshAddress self, String selfName) {
    this.journal = journal;
    this.roster = roster;
    this.self = self;
    this.selfName = selfName;
  }

  /** Takes what was so before anything was told: a node may hear others before it is ready. */
  public void begin(List<Person> people, List<PeerReport> peers) {
    for (Person person : people) {
      if (person.presence() == Presence.ONLINE) {
        presence("online", person, AT_THE_BEGINNING);
      }
    }
    for (PeerReport peer : peers) {
      MeshAddress address = peer.info().address();
      if (peer.path() != PathState.UNKNOWN) {
        journal.record(
            new JournalEvent.PathChanged(
                address.toString(),
                nameOf(address),
                PathState.UNKNOWN.name(),
                peer.path().name(),
                null,
                null,
                AT_THE_BEGINNING));
      }
      if (peer.diagnosis() != Diagnosis.NONE) {
        onLink(
            new LinkEvent.PeerDiagnosed(
                address, Diagnosis.NONE, peer.diagnosis(), Map.of("since", AT_THE_BEGINNING)));
      }
    }
  }

  /** Takes an event of the link. */
  public void onLink(LinkEvent event) {
    JournalEvent entry = fromLink(event);
    if (entry != null) {
      journal.record(entry);
    }
  }

  private @Nullable JournalEvent fromLink(LinkEvent event) {
    if (event instanceof LinkEvent.PathChanged e) {
      return new JournalEvent.PathChanged(
          e.peer().toString(),
          nameOf(e.peer()),
          e.from().name(),
          e.to().name(),
          e.interfaceName(),
          e.carrier() == null ? null : e.carrier().name(),
          e.reason());
    }
    if (event instanceof LinkEvent.PathMtuChanged e) {
      return new JournalEvent.PathMtuChanged(
          e.peer().toString(),
          nameOf(e.peer()),
          e.interfaceName(),
          e.carrier().name(),
          e.previousMtuBytes(),
          e.mtuBytes(),
          e.reason());
    }
    if (event instanceof LinkEvent.PeerDiagnosed
        || event instanceof LinkEvent.LinkDiagnosed
        || event instanceof LinkEvent.InterfaceDiagnosed) {
      return diagnosed(event);
    }
    if (event instanceof LinkEvent.RepairStarted e) {
      return repair("started", e.peer(), e.diagnosis().name(), null, null, null, e.evidence());
    }
    if (event instanceof LinkEvent.RepairStep e) {
      return repair(
          "step", e.peer(), e.diagnosis().name(), e.step(), e.outcome(), null, e.evidence());
    }
    if (event instanceof LinkEvent.RepairSucceeded e) {
      return repair(
          "succeeded", e.peer(), e.diagnosis().name(), null, null, e.took(), e.evidence());
    }
    if (event instanceof LinkEvent.RepairGaveUp e) {
      return repair("gaveup", e.peer(), e.diagnosis().name(), null, null, e.took(), e.evidence());
    }
    if (event instanceof LinkEvent.AddressAdded e) {
      return new JournalEvent.Address("added", e.interfaceName(), e.address());
    }
    if (event instanceof LinkEvent.AddressRemoved e) {
      return new JournalEvent.Address("removed", e.interfaceName(), e.address());
    }
    if (event instanceof LinkEvent.Resumed e) {
      return new JournalEvent.NodeResumed(e.suspendedFor().toMillis());
    }
    if (event instanceof LinkEvent.SecurityRejected e) {
      return new JournalEvent.SecurityRejected(e.reason(), e.source(), e.count());
    }
    // Who is here is the roster's to say: its events, not the link's, enter the journal.
    return null;
  }

  private @Nullable JournalEvent diagnosed(LinkEvent event) {
    if (event instanceof LinkEvent.PeerDiagnosed e) {
      return new JournalEvent.Diagnosed(
          "peer",
          e.peer().toString(),
          nameOf(e.peer()),
          null,
          null,
          null,
          e.from().name(),
          e.to().name(),
          e.evidence());
    }
    if (event instanceof LinkEvent.LinkDiagnosed e) {
      return new JournalEvent.Diagnosed(
          "link",
          e.peer().toString(),
          nameOf(e.peer()),
          e.interfaceName(),
          e.carrier().name(),
          e.outbound() ? "out" : "in",
          e.from().name(),
          e.to().name(),
          e.evidence());
    }
    if (event instanceof LinkEvent.InterfaceDiagnosed e) {
      return new JournalEvent.Diagnosed(
          "interface",
          null,
          null,
          e.interfaceName(),
          e.carrier().name(),
          null,
          e.from().name(),
          e.to().name(),
          e.evidence());
    }
    return null;
  }

  private JournalEvent repair(
      String change,
      MeshAddress peer,
      String diagnosis,
      @Nullable String step,
      @Nullable String outcome,
      @Nullable Duration took,
      Map<String, String> evidence) {
    return new JournalEvent.Repair(
        change,
        peer.toString(),
        nameOf(peer),
        diagnosis,
        step,
        outcome,
        took == null ? null : took.toMillis(),
        evidence);
  }

  /** Takes an event of the roster. */
  public void onRoster(RosterEvent event) {
    if (event instanceof RosterEvent.Online e) {
      presence("online", e.person(), e.evidence());
    } else if (event instanceof RosterEvent.Suspect e) {
      presence("suspect", e.person(), e.evidence());
    } else if (event instanceof RosterEvent.Offline e) {
      presence("offline", e.person(), e.evidence());
    } else if (event instanceof RosterEvent.Restarted e) {
      presence("restarted", e.person(), e.evidence());
    } else if (event instanceof RosterEvent.KeyChanged e) {
      presence("keyChanged", e.person(), "known by another key before");
    }
  }

  private void presence(String change, Person person, String evidence) {
    journal.record(
        new JournalEvent.PeerPresence(
            change, person.address().toString(), person.name(), person.epoch(), evidence));
  }

  /** Takes an event of people without Limpet. */
  public void onPlain(PlainEvent event) {
    if (event instanceof PlainEvent.Here) {
      plain("here", event.person());
    } else if (event instanceof PlainEvent.Gone) {
      plain("gone", event.person());
    } else if (event instanceof PlainEvent.Said) {
      plain("said", event.person());
    }
  }

  private void plain(String change, PlainPerson person) {
    journal.record(new JournalEvent.Plain(change, person.id(), person.name()));
  }

  /** Takes what was measured of paths and connections. */
  public void onMeasured(List<LinkReport> links, List<Throughput> connections) {
    for (LinkReport link : links) {
      Duration rtt = link.rtt();
      journal.record(
          new JournalEvent.LinkMeasured(
              link.peer().toString(),
              nameOf(link.peer()),
              link.interfaceName(),
              link.carrier().name(),
              link.state(),
              rtt == null ? null : rounded(rtt.toNanos() / 1e6),
              Double.isNaN(link.loss()) ? null : rounded(link.loss())));
    }
    for (Throughput measured : connections) {
      TcpInfo info = measured.now();
      journal.record(
          new JournalEvent.ConnectionMeasured(
              info.peer().toString(),
              nameOf(info.peer()),
              info.localPort(),
              info.remotePort(),
              measured.overMs(),
              measured.sentBitsPerSecond(),
              measured.receivedBitsPerSecond(),
              rounded(info.srttNs() / 1e6),
              rounded(info.lossRate()),
              measured.retransmitted()));
    }
  }

  private static double rounded(double value) {
    return Math.rint(value * 1_000) / 1_000;
  }

  /** Takes a change of a connection. */
  public void onConnection(
      ConnectionListener.Change change,
      MeshAddress peer,
      int localPort,
      int remotePort,
      @Nullable CloseReason reason) {
    journal.record(
        new JournalEvent.Connection(
            change.name().toLowerCase(Locale.ROOT),
            peer.toString(),
            nameOf(peer),
            localPort,
            remotePort,
            reason == null ? null : reason.describe()));
  }

  /** Takes an event of the invitations. */
  public void onInvitation(InvitationEvent event) {
    if (event instanceof InvitationEvent.Received e) {
      invitation("received", e.invitation());
    } else if (event instanceof InvitationEvent.Changed e) {
      invitation(e.invitation().state().name().toLowerCase(Locale.ROOT), e.invitation());
    } else if (event instanceof InvitationEvent.ByChat e) {
      invitation(e.invitation());
    } else if (event instanceof InvitationEvent.ActivityChanged e) {
      activity(e.what(), e.activity(), null);
    } else if (event instanceof InvitationEvent.MemberChanged e) {
      activity(e.joined() ? "memberJoined" : "memberLeft", e.activity(), e.member().toString());
    } else if (event instanceof InvitationEvent.MemberSlow e) {
      activity(e.slow() ? "memberSlow" : "memberCaughtUp", e.activity(), e.member().toString());
    } else if (event instanceof InvitationEvent.StateTaken e) {
      activity("stateTaken", e.activity(), e.from().toString());
    } else if (event instanceof InvitationEvent.MessagesMissed e) {
      activity("messagesMissed", e.activity(), e.from().toString());
    } else if (event instanceof InvitationEvent.Said e) {
      journal.record(
          new JournalEvent.ActivitySaid(
              e.line().activity(),
              e.line().from().toString(),
              e.line().fromName(),
              e.line().sequence()));
    }
  }

  private void invitation(String change, Invitation invitation) {
    journal.record(
        new JournalEvent.InvitationChange(
            change,
            invitation.id(),
            invitation.from().toString(),
            invitation.fromName(),
            invitation.to().toString(),
            invitation.toName(),
            invitation.activity(),
            invitation.title(),
            invitation.reason().isEmpty() ? null : invitation.reason()));
  }

  private void invitation(ChatInvitation invitation) {
    journal.record(
        new JournalEvent.InvitationChange(
            invitation.state().name().toLowerCase(Locale.ROOT),
            invitation.id(),
            self.toString(),
            selfName,
            invitation.to(),
            invitation.toName(),
            invitation.activity(),
            invitation.title(),
            null));
  }

  private void activity(String change, Activity activity, @Nullable String member) {
    journal.record(
        new JournalEvent.ActivityChange(
            change, activity.id(), activity.title(), member, activity.members().size()));
  }

  @Override
  public void onOpening(OpeningView opening, boolean over) {
    journal.record(
        new JournalEvent.Port(
            over ? "closed" : "opened",
            opening.way().word(),
            opening.at(),
            opening.to(),
            opening.allowed()));
  }

  @Override
  public void onStream(StreamEvent event) {
    MeshAddress peer = event.peer();
    boolean closed = event.change().equals("closed");
    journal.record(
        new JournalEvent.Stream(
            event.change(),
            event.way().word(),
            peer == null ? null : peer.toString(),
            peer == null ? null : event.peerName(),
            event.service(),
            closed ? event.sentBytes() : null,
            closed ? event.receivedBytes() : null,
            event.reason(),
            event.count() > 0 ? event.count() : null));
  }

  /** Takes what became of a file. */
  public void onFile(FileEvent event) {
    journal.record(
        new JournalEvent.File(
            event.change().word(),
            event.peer().toString(),
            event.peerName(),
            event.size(),
            event.bytes(),
            event.reason()));
  }

  private String nameOf(MeshAddress address) {
    return roster.person(address).map(Person::name).orElse(address.shortForm());
  }
}
