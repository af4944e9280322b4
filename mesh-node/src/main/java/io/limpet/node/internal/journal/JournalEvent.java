package io.limpet.node.internal.journal;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The journal's whole vocabulary: low-rate domain events. All are values.
 *
 * <p>People are named by address and by what they call themselves. No event holds a key or a
 * payload. Names of events and fields are what scripts rely on.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface JournalEvent {
  /** Raised when an event or a field goes or changes its meaning; not when one is added. */
  int SCHEMA = 1;

  /** Returns the event's name, such as {@code peer.online}. */
  String name();

  /** Returns the address of the one peer that it concerns, or null. */
  default @Nullable String peer() {
    return null;
  }

  /**
   * A file of the journal was begun, or is continued by a node that was started anew: how the lines
   * after it are to be read.
   *
   * @param schema {@link #SCHEMA} of what wrote them
   * @param isPrivate whether names and addresses in them are pseudonyms
   */
  record JournalOpened(int schema, String version, @JsonProperty("private") boolean isPrivate)
      implements JournalEvent {
    @Override
    public String name() {
      return "journal.opened";
    }
  }

  /** The node is up. */
  record NodeReady(
      @JsonProperty("name") String nodeName,
      String address,
      long epoch,
      int port,
      List<String> interfaces,
      String home,
      long pid,
      long startMs)
      implements JournalEvent {
    @Override
    public String name() {
      return "node.ready";
    }
  }

  /** The node is going down in order. */
  record NodeStopped(@JsonProperty("name") String nodeName, String address, long upMs)
      implements JournalEvent {
    @Override
    public String name() {
      return "node.stopped";
    }
  }

  /** This process or the whole machine did not run for a while, and does again. */
  record NodeResumed(long suspendedMs) implements JournalEvent {
    @Override
    public String name() {
      return "node.resumed";
    }
  }

  /**
   * Somebody is here, is in doubt, or is not here; {@code change} is the state in small letters.
   */
  record PeerPresence(
      @JsonIgnore String change, String peer, String peerName, long peerEpoch, String evidence)
      implements JournalEvent {
    @Override
    public String name() {
      return "peer." + change;
    }
  }

  /**
   * Somebody without Limpet is {@code here}, {@code gone}, or {@code said} something, which stays
   * private; nothing of them is proven.
   */
  record Plain(@JsonIgnore String change, String person, String personName)
      implements JournalEvent {
    @Override
    public String name() {
      return "plain." + change;
    }
  }

  /** The way to a peer changed. */
  record PathChanged(
      String peer,
      String peerName,
      String from,
      String to,
      @Nullable @JsonProperty("interface") String interfaceName,
      @Nullable String carrier,
      String reason)
      implements JournalEvent {
    @Override
    public String name() {
      return "path.changed";
    }
  }

  /** Another size of packets is known to pass on the way to a peer. */
  record PathMtuChanged(
      String peer,
      String peerName,
      @JsonProperty("interface") String interfaceName,
      String carrier,
      int previousMtuBytes,
      int mtuBytes,
      String reason)
      implements JournalEvent {
    @Override
    public String name() {
      return "path.mtu";
    }
  }

  /**
   * What is believed to be wrong with a peer, a link to it, or an interface has changed; {@code
   * subject} says which. Fields that do not concern it are left out.
   */
  record Diagnosed(
      @JsonIgnore String subject,
      @Nullable String peer,
      @Nullable String peerName,
      @Nullable @JsonProperty("interface") String interfaceName,
      @Nullable String carrier,
      @Nullable String direction,
      String from,
      String to,
      Map<String, String> evidence)
      implements JournalEvent {
    @Override
    public String name() {
      return subject + ".diagnosed";
    }
  }

  /** Repair began, moved on, or ended; {@code change} says which. */
  record Repair(
      @JsonIgnore String change,
      String peer,
      String peerName,
      String diagnosis,
      @Nullable String step,
      @Nullable String outcome,
      @Nullable Long tookMs,
      Map<String, String> evidence)
      implements JournalEvent {
    @Override
    public String name() {
      return "repair." + change;
    }
  }

  /** A local address came or went. */
  record Address(
      @JsonIgnore String change, @JsonProperty("interface") String interfaceName, String address)
      implements JournalEvent {
    @Override
    public String name() {
      return "address." + change;
    }
  }

  /** A connection was opened, is in doubt, resumed, or closed. */
  record Connection(
      @JsonIgnore String change,
      String peer,
      String peerName,
      int localPort,
      int remotePort,
      @Nullable String reason)
      implements JournalEvent {
    @Override
    public String name() {
      return "connection." + change;
    }
  }

  /**
   * How good a path to a peer was lately. Fields that are not known are left out.
   *
   * @param state {@code confirmed}, {@code unconfirmed}, {@code dead} or {@code unknown}
   * @param loss estimated share lost, 0..1
   */
  record LinkMeasured(
      String peer,
      String peerName,
      @JsonProperty("interface") String interfaceName,
      String carrier,
      String state,
      @Nullable Double rttMs,
      @Nullable Double loss)
      implements JournalEvent {
    @Override
    public String name() {
      return "link.measured";
    }
  }

  /**
   * What a connection carried since it was measured last, or since it was opened.
   *
   * @param sentBitsPerSecond acknowledged by the peer
   * @param receivedBitsPerSecond in order
   * @param loss share of segments lost lately, 0..1
   * @param retransmitted segments sent again
   */
  record ConnectionMeasured(
      String peer,
      String peerName,
      int localPort,
      int remotePort,
      long overMs,
      long sentBitsPerSecond,
      long receivedBitsPerSecond,
      double rttMs,
      double loss,
      long retransmitted)
      implements JournalEvent {
    @Override
    public String name() {
      return "connection.measured";
    }
  }

  /**
   * An invitation reached a state; {@code change} is the state in small letters, or received. One
   * by chat is {@code to} an identifier of somebody without Limpet instead of an address.
   */
  record InvitationChange(
      @JsonIgnore String change,
      String invitation,
      String from,
      String fromName,
      String to,
      String toName,
      String activity,
      String title,
      @Nullable String reason)
      implements JournalEvent {
    @Override
    public String name() {
      return "invitation." + change;
    }
  }

  /** An activity was shared, joined, left, or its members changed. */
  record ActivityChange(
      @JsonIgnore String change,
      String activity,
      String title,
      @Nullable String member,
      int members)
      implements JournalEvent {
    @Override
    public String name() {
      return "activity." + change;
    }
  }

  /** Somebody said something; what they said stays private. */
  record ActivitySaid(String activity, String from, String fromName, long sequence)
      implements JournalEvent {
    @Override
    public String name() {
      return "activity.said";
    }
  }

  /**
   * Something was opened for streams of unmodified programs, or is not any more; {@code way} is
   * expose, forward or socks.
   */
  record Port(
      @JsonIgnore String change,
      String way,
      String listening,
      @Nullable String target,
      @Nullable String allowed)
      implements JournalEvent {
    @Override
    public String name() {
      return "port." + change;
    }
  }

  /**
   * A stream of unmodified programs was opened, closed or refused; {@code count} refusals are one
   * event.
   */
  record Stream(
      @JsonIgnore String change,
      String way,
      @Nullable String peer,
      @Nullable String peerName,
      String service,
      @Nullable Long sentBytes,
      @Nullable Long receivedBytes,
      @Nullable String reason,
      @Nullable Long count)
      implements JournalEvent {
    @Override
    public String name() {
      return "stream." + change;
    }
  }

  /**
   * A file was started, interrupted, refused, sent or received; what it is called stays private.
   */
  record File(
      @JsonIgnore String change,
      String peer,
      String peerName,
      long sizeBytes,
      long bytes,
      @Nullable String reason)
      implements JournalEvent {
    @Override
    public String name() {
      return "file." + change;
    }
  }

  /**
   * What an earlier life had stored could not be read; it was moved aside, and is not known now.
   */
  record StoreDamaged(String file, String movedTo, String reason) implements JournalEvent {
    @Override
    public String name() {
      return "store.damaged";
    }
  }

  /** Hostile or damaged input was dropped. */
  record SecurityRejected(String reason, String source, long count) implements JournalEvent {
    @Override
    public String name() {
      return "security.rejected";
    }
  }

  /** Events were lost because the journal could not keep up. */
  record JournalDropped(long count) implements JournalEvent {
    @Override
    public String name() {
      return "journal.dropped";
    }
  }
}
