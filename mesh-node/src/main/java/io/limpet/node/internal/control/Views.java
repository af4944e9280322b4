package io.limpet.node.internal.control;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.limpet.invitation.Activity;
import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.DamagedStore;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Line;
import io.limpet.link.LinkReport;
import io.limpet.link.MeshAddress;
import io.limpet.link.PeerReport;
import io.limpet.node.internal.explain.DiagnosisWords;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.perf.MeshDialer;
import io.limpet.presence.Person;
import io.limpet.presence.PlainEvent;
import io.limpet.presence.PlainPerson;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TraceSummary;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What scripts see: the shapes of {@code --json} answers. No field is renamed lightly. */
public final class Views {
  private Views() {}

  /** Milliseconds to the microsecond. */
  private static double milliseconds(Duration duration) {
    return Math.rint(duration.toNanos() / 1_000.0) / 1_000.0;
  }

  record StatusView(
      String name,
      String address,
      long epoch,
      long pid,
      String home,
      long upMs,
      List<InterfaceView> interfaces,
      int peersOnline,
      int activities,
      int pendingInvitations,
      String whoMayInvite,
      @Nullable DamagedStoreView damagedStore) {}

  /** A store of earlier lives that could not be read; null when there was none. */
  record DamagedStoreView(String file, String movedTo, String reason) {
    static DamagedStoreView of(DamagedStore damage) {
      return new DamagedStoreView(
          damage.file().toString(), damage.movedTo().toString(), damage.reason());
    }
  }

  record InterfaceView(String name, boolean up, List<String> addresses) {}

  record PeerView(
      String address,
      String name,
      String state,
      String path,
      String diagnosis,
      String status,
      String colours,
      long epoch,
      List<String> sources,
      boolean keyChanged,
      String acquaintance,
      Instant since) {
    static PeerView of(Person person, Optional<PeerReport> report) {
      return new PeerView(
          person.address().toString(),
          person.name(),
          person.presence().name(),
          report.map(PeerReport::path).map(MeshDialer::word).orElse("none"),
          report.map(r -> r.diagnosis().name()).orElse("NONE"),
          person.status(),
          person.colours(),
          person.epoch(),
          person.sources().stream().sorted().toList(),
          person.keyChanged(),
          person.acquaintance().name(),
          person.since());
    }
  }

  /** Somebody without Limpet, shown among peers: fields that need Limpet are empty. */
  record PlainView(
      String address,
      String name,
      String nickname,
      String state,
      String path,
      String diagnosis,
      String availability,
      String status,
      List<String> sources,
      boolean plain) {
    static PlainView of(PlainPerson person) {
      return new PlainView(
          "",
          person.id(),
          person.name(),
          "ONLINE",
          "chat",
          "NONE",
          person.status(),
          person.message(),
          List.of("mdns"),
          true);
    }
  }

  /** A line of somebody without Limpet. */
  record HeardView(String from, String fromName, Instant receivedAt, String text) {
    static HeardView of(PlainEvent.Said said) {
      return new HeardView(said.person().id(), said.person().name(), said.received(), said.text());
    }
  }

  record VerifyView(
      String peer, String name, String digits, String acquaintance, boolean keyChanged) {
    static VerifyView of(Person person, String digits) {
      return new VerifyView(
          person.address().toString(),
          person.name(),
          digits,
          person.acquaintance().name(),
          person.keyChanged());
    }
  }

  record LinkView(
      String peer,
      String name,
      @JsonProperty("interface") String interfaceName,
      String carrier,
      String direction,
      String state,
      @Nullable Long proofAgeMs,
      @Nullable Double loss,
      @Nullable Double rttMs,
      @Nullable Integer mtuBytes,
      String verdict) {
    static LinkView of(LinkReport link, String name) {
      Duration age = link.proofAge();
      Duration rtt = link.rtt();
      return new LinkView(
          link.peer().toString(),
          name,
          link.interfaceName(),
          link.carrier().name(),
          link.outbound() ? "out" : "in",
          link.state(),
          age == null ? null : age.toMillis(),
          Double.isNaN(link.loss()) ? null : Math.round(link.loss() * 1000) / 1000.0,
          rtt == null ? null : milliseconds(rtt),
          link.mtuBytes() == 0 ? null : link.mtuBytes(),
          link.verdict().name());
    }
  }

  /** What is wrong with an interface of this machine, whoever the peers. */
  record InterfaceVerdictView(
      @JsonProperty("interface") String interfaceName,
      String carrier,
      String verdict,
      String words,
      Instant since) {
    static InterfaceVerdictView of(Instant since, JournalEvent.Diagnosed verdict) {
      return new InterfaceVerdictView(
          String.valueOf(verdict.interfaceName()),
          String.valueOf(verdict.carrier()),
          verdict.to(),
          DiagnosisWords.brief(DiagnosisWords.of(verdict.to())),
          since);
    }
  }

  record ConnectionView(
      String peer,
      String name,
      int localPort,
      int remotePort,
      String state,
      double rttMs,
      double minRttMs,
      double rtoMs,
      long cwndBytes,
      long pacingBitsPerSecond,
      long deliveryBitsPerSecond,
      long inFlightBytes,
      long bytesAcked,
      long bytesReceived,
      long segmentsSent,
      long segmentsRetransmitted,
      double loss,
      double stateMs,
      int timeoutsInARow,
      long unreadBytes,
      long unacknowledgedBytes,
      long peerWindowBytes) {
    static ConnectionView of(TcpInfo info, String name) {
      return new ConnectionView(
          info.peer().toString(),
          name,
          info.localPort(),
          info.remotePort(),
          info.state().name(),
          milliseconds(Duration.ofNanos(info.srttNs())),
          milliseconds(Duration.ofNanos(info.minRttNs())),
          milliseconds(Duration.ofNanos(info.rtoNs())),
          info.cwndBytes(),
          info.pacingRateBytesPerSecond() * Byte.SIZE,
          info.deliveryRateBytesPerSecond() * Byte.SIZE,
          info.bytesInFlight(),
          info.bytesAcked(),
          info.bytesReceived(),
          info.segmentsSent(),
          info.segmentsRetransmitted(),
          Math.rint(info.lossRate() * 1_000) / 1_000,
          milliseconds(Duration.ofNanos(info.stateNs())),
          info.timeoutsInARow(),
          info.readableBytes(),
          info.unacknowledgedBytes(),
          info.sndWndBytes());
    }
  }

  /** An invitation; {@code box} is {@code in} for one to us, {@code out} for one of ours. */
  public record InvitationView(
      String id,
      String box,
      String from,
      String fromName,
      String to,
      String toName,
      String activity,
      String type,
      String title,
      String state,
      @Nullable Instant createdAt,
      @Nullable Instant deliveredAt,
      @Nullable Instant decidedAt,
      Instant expiresAt,
      String reason,
      boolean byChat) {
    /** One to somebody without Limpet: {@code to} is their identifier. */
    static InvitationView of(ChatInvitation i, MeshAddress self, String selfName) {
      return new InvitationView(
          i.id(),
          "out",
          self.toString(),
          selfName,
          i.to(),
          i.to(),
          i.activity(),
          i.activityType(),
          i.title(),
          i.state().name(),
          i.times().get(ChatInvitation.State.PENDING),
          null,
          i.state().isFinal() ? i.times().get(i.state()) : null,
          i.expires(),
          i.state() == ChatInvitation.State.TOLD ? "by chat" : "",
          true);
    }

    /** Shows an invitation as this node, {@code self}, sees it. */
    public static InvitationView of(Invitation i, MeshAddress self) {
      return new InvitationView(
          i.id(),
          i.from().equals(self) ? "out" : "in",
          i.from().toString(),
          i.fromName(),
          i.to().toString(),
          i.toName(),
          i.activity(),
          i.activityType(),
          i.title(),
          i.state().name(),
          // The invitee knows it from its delivery on.
          i.times().values().stream().min(Instant::compareTo).orElse(null),
          i.times().get(Invitation.State.DELIVERED),
          i.state().isFinal() ? i.times().get(i.state()) : null,
          i.expires(),
          i.reason(),
          false);
    }
  }

  /** What came of inviting; {@code theirs} when they had invited us, and we accepted that. */
  record InviteView(
      String invitation,
      String to,
      String state,
      @Nullable Double deliveredMs,
      @Nullable Double decidedMs,
      Instant expiresAt,
      String reason,
      boolean theirs,
      boolean byChat) {
    /** Of inviting somebody without Limpet: it is over when they are told. */
    static InviteView of(ChatInvitation i) {
      Instant created = i.times().get(ChatInvitation.State.PENDING);
      Instant ended = i.state().isFinal() ? i.times().get(i.state()) : null;
      return new InviteView(
          i.id(),
          i.to(),
          i.state().name(),
          null,
          between(created, ended),
          i.expires(),
          "",
          false,
          true);
    }

    static InviteView of(Invitation i, MeshAddress self) {
      boolean theirs = i.to().equals(self);
      return new InviteView(
          i.id(),
          theirs ? i.fromName() : i.toName(),
          i.state().name(),
          since(i, Invitation.State.DELIVERED),
          i.state().isFinal() ? since(i, i.state()) : null,
          i.expires(),
          i.reason(),
          theirs,
          false);
    }

    private static @Nullable Double since(Invitation i, Invitation.State state) {
      return between(i.times().get(Invitation.State.PENDING), i.times().get(state));
    }

    private static @Nullable Double between(@Nullable Instant created, @Nullable Instant reached) {
      return created == null || reached == null
          ? null
          : milliseconds(Duration.between(created, reached));
    }
  }

  /** A shared activity as this node knows it. */
  public record ActivityView(
      String id,
      String type,
      String title,
      String owner,
      String ownerName,
      List<String> members,
      List<String> memberNames,
      boolean joined,
      Activity.Standing standing,
      boolean open,
      long keepMs) {
    /** Shows an activity, with what each member is called. */
    public static ActivityView of(Activity a, Function<MeshAddress, String> names) {
      return new ActivityView(
          a.id(),
          a.type(),
          a.title(),
          a.owner().toString(),
          names.apply(a.owner()),
          a.members().stream().map(Object::toString).toList(),
          a.members().stream().map(names).toList(),
          a.joined(),
          a.standing(),
          a.open(),
          a.retention().toMillis());
    }
  }

  record TraceView(String file, long segments, long dropped, long bytes, boolean full) {
    static TraceView of(Path file, TraceSummary summary) {
      return new TraceView(
          file.toString(),
          summary.segments(),
          summary.dropped(),
          summary.fileBytes(),
          summary.full());
    }
  }

  /** What somebody said. */
  public record LineView(
      String activity,
      String from,
      String fromName,
      long sequence,
      @Nullable Instant sentAt,
      @Nullable Instant receivedAt,
      String text) {
    /** Says that nothing more will come. */
    static LineView over(String activity) {
      return new LineView(activity, "", "", -1, null, null, "");
    }

    @JsonIgnore
    boolean isOver() {
      return sequence < 0;
    }

    String key() {
      return from + ' ' + sequence + ' ' + sentAt;
    }

    /** Shows a line; when it was received is known only as it comes. */
    public static LineView of(Line line, @Nullable Instant receivedAt) {
      return new LineView(
          line.activity(),
          line.from().toString(),
          line.fromName(),
          line.sequence(),
          line.sent(),
          receivedAt,
          line.text());
    }
  }
}
