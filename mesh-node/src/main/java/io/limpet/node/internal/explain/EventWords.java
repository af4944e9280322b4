package io.limpet.node.internal.explain;

import io.limpet.node.internal.journal.JournalEvent;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One sentence for each event of the journal that tells how a peer is reached. */
public final class EventWords {
  private EventWords() {}

  /** Returns the sentence, or null for an event that says nothing about a path. */
  public static @Nullable String tell(JournalEvent event, String name) {
    if (event instanceof JournalEvent.PathChanged e) {
      return path(e, name);
    }
    if (event instanceof JournalEvent.PathMtuChanged e) {
      return carrierWords(e.carrier())
          + " on "
          + e.interfaceName()
          + " to "
          + name
          + (e.mtuBytes() < e.previousMtuBytes() ? " carries only " : " carries packets of ")
          + e.mtuBytes()
          + " bytes ("
          + e.reason()
          + ")";
    }
    if (event instanceof JournalEvent.Repair e) {
      return repair(e, name);
    }
    if (event instanceof JournalEvent.Diagnosed e) {
      return diagnosed(e, name);
    }
    if (event instanceof JournalEvent.PeerPresence e) {
      return presence(e, name);
    }
    if (event instanceof JournalEvent.Address e) {
      return e.change().equals("added")
          ? "this machine got the address " + e.address() + " on " + e.interfaceName()
          : "this machine lost the address " + e.address() + " on " + e.interfaceName();
    }
    if (event instanceof JournalEvent.NodeReady) {
      return "this node was started";
    }
    if (event instanceof JournalEvent.NodeStopped) {
      return "this node was stopped";
    }
    if (event instanceof JournalEvent.NodeResumed e) {
      return "this machine or node had not run for "
          + Times.span(Duration.ofMillis(e.suspendedMs()))
          + " (asleep or stopped), and went on";
    }
    if (event instanceof JournalEvent.Connection e) {
      return connection(e, name);
    }
    return null;
  }

  private static @Nullable String connection(JournalEvent.Connection e, String name) {
    return switch (e.change()) {
      case "suspect" -> "a connection with " + name + " had data without an answer";
      case "resumed" -> "that connection with " + name + " had its answer";
      default -> null;
    };
  }

  private static String path(JournalEvent.PathChanged e, String name) {
    String where = e.interfaceName() == null ? "" : " on " + e.interfaceName();
    String because = " (" + e.reason() + ")";
    if (e.from().equals(e.to())) {
      return name + " is reached by another path" + where + carrier(e.carrier()) + because;
    }
    return switch (e.to()) {
      case "UNICAST" -> "unicast to " + name + " carries everything" + where + because;
      case "SUSPECT" ->
          "unicast to " + name + " came into doubt: what is sent goes both ways" + because;
      case "MULTICAST" ->
          "unicast to " + name + " was given up: multicast carries everything" + where + because;
      case "SILENT" -> "nothing more was heard of " + name + because;
      case "UNKNOWN" ->
          "the way to " + name + " was open: what is sent goes by unicast and multicast" + because;
      default -> "the way to " + name + " became " + e.to() + because;
    };
  }

  private static String carrier(@Nullable String carrier) {
    return carrier == null ? "" : ", " + carrierWords(carrier);
  }

  /** Says a carrier of the journal as people do. */
  public static String carrierWords(String carrier) {
    return carrier.toLowerCase(Locale.ROOT).replace("_ipv", " IPv");
  }

  private static String diagnosed(JournalEvent.Diagnosed e, String name) {
    String brief = DiagnosisWords.brief(DiagnosisWords.of(e.to()));
    boolean over = e.to().equals("NONE");
    String before = DiagnosisWords.brief(DiagnosisWords.of(e.from()));
    String carrier = e.carrier() == null ? "" : carrierWords(e.carrier());
    return switch (e.subject()) {
      case "interface" ->
          e.interfaceName()
              + ", "
              + carrier
              + (over
                  ? ": in order again (was " + e.from() + ")"
                  : ": " + e.to() + ", " + brief + evidence(e.evidence()));
      case "link" ->
          carrier
              + " on "
              + e.interfaceName()
              + ("in".equals(e.direction()) ? " from " : " to ")
              + name
              + (over
                  ? ": in order again (was " + e.from() + ")"
                  : ": " + e.to() + linkEvidence(e.evidence()));
      default ->
          over
              ? "the verdict on " + name + " was lifted (" + before + ")"
              : "the verdict on " + name + ": " + e.to() + ", " + brief;
    };
  }

  private static String evidence(Map<String, String> evidence) {
    return evidence.isEmpty() ? "" : " (" + EvidenceWords.plain(evidence) + ")";
  }

  private static String linkEvidence(Map<String, String> evidence) {
    String age = evidence.get("proofAgeMs");
    String unconfirmed = evidence.get("unconfirmed");
    if (age == null || unconfirmed == null) {
      return evidence(evidence);
    }
    return " (" + unconfirmed + " datagrams unconfirmed, last proof " + Times.ago(age) + ")";
  }

  private static String presence(JournalEvent.PeerPresence e, String name) {
    String because = e.evidence().isEmpty() ? "" : " (" + e.evidence() + ")";
    return switch (e.change()) {
      case "online" -> name + " was here" + because;
      case "suspect" -> name + " was in doubt" + because;
      case "offline" -> name + " was gone" + because;
      case "restarted" -> name + " restarted" + because;
      case "keyChanged" ->
          "somebody called " + name + " came with another key: is it the same person?";
      default -> name + ": " + e.change() + because;
    };
  }

  private static String repair(JournalEvent.Repair e, String name) {
    String brief = DiagnosisWords.brief(DiagnosisWords.of(e.diagnosis()));
    String took = e.tookMs() == null ? "" : Times.span(Duration.ofMillis(e.tookMs()));
    return switch (e.change()) {
      case "started" -> started(e, name, brief);
      case "step" -> step(e, name);
      case "succeeded" ->
          "repaired after "
              + took
              + " ("
              + e.diagnosis()
              + "): a unicast round trip with "
              + name
              + " has proved it";
      case "gaveup" -> "repair was given up after " + took + " (" + e.diagnosis() + ")" + retry(e);
      default -> "repair: " + e.change();
    };
  }

  private static String started(JournalEvent.Repair e, String name, String brief) {
    StringBuilder text = new StringBuilder("repair began: ");
    text.append(e.diagnosis()).append(", ").append(brief);
    String entry = EvidenceWords.ofEntry(e.evidence(), name);
    String proofs = EvidenceWords.ofProofs(e.evidence(), name);
    if (entry != null) {
      text.append("; ").append(entry);
    }
    if (!proofs.isEmpty()) {
      text.append("; ").append(proofs);
    }
    return text.toString();
  }

  private static String step(JournalEvent.Repair e, String name) {
    String detail = e.evidence().getOrDefault("detail", "");
    String outcome = e.outcome() == null ? "" : e.outcome();
    String tried = "tried: " + stepWords(e.step() == null ? "" : e.step(), name);
    String result = outcome + (detail.isEmpty() ? "" : ", " + detail);
    return result.isEmpty() ? tried : tried + " (" + result + ")";
  }

  /** Says what a rung of the ladder does; one of another version is called by its name. */
  static String stepWords(String step, String name) {
    return switch (step) {
      case "replace-entry" -> "write the MAC that " + name + " has signed into the kernel's entry";
      case "flush-entry" -> "delete the kernel's entry, so that it asks anew";
      case "probe-entry" -> "make the kernel verify its entry";
      case "arp-request" -> "ask the network who has " + name + "'s address";
      case "announce" -> "announce this machine's own MAC to all";
      case "provoke-request" ->
          "make the kernel broadcast a request, from which " + name + " learns this machine's MAC";
      case "nudge" -> "make the kernel resolve " + name + "'s address by sending to it";
      case "ask-peer" -> "ask " + name + " by multicast to repair its side";
      case "peer-announced" -> name + " announced its new MAC by itself";
      case "tell-peer" ->
          "tell " + name + " what does not arrive here, so that it repairs its side";
      case "site-hook" -> "run the site's own command";
      default -> step;
    };
  }

  private static String retry(JournalEvent.Repair e) {
    String after = e.evidence().get("retryAfterMs");
    return after == null ? "" : "; the next try was due " + Times.age(after) + " later";
  }
}
