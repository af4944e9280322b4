package io.limpet.node.internal.explain;

import io.limpet.link.LinkReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts evidence into words: what got through, and what the kernel's table says. */
final class EvidenceWords {
  private static final String NONE = "none";

  private EvidenceWords() {}

  /** Says of each path what it has proved, in the direction that it has. */
  static List<String> ofLinks(List<LinkReport> links, String name) {
    List<String> words = new ArrayList<>();
    for (LinkReport link : links) {
      words.add(ofLink(link, name));
    }
    return words;
  }

  private static String ofLink(LinkReport link, String name) {
    String what = link.carrier().isMulticast() ? "multicast" : "unicast";
    String where =
        " (" + (link.carrier().isIpv6() ? "IPv6" : "IPv4") + " on " + link.interfaceName() + ")";
    Duration age = link.proofAge();
    if (link.outbound()) {
      return age == null
          ? name + " has never confirmed our " + what + where
          : name
              + (isFresh(link) ? " confirmed our " : " last confirmed our ")
              + what
              + " "
              + Times.span(age)
              + " ago"
              + where
              + loss(link);
    }
    return age == null
        ? "no " + what + " of " + name + " has ever arrived here" + where
        : name
            + "'s "
            + what
            + (isFresh(link) ? " arrived here " : " last arrived here ")
            + Times.span(age)
            + " ago"
            + where
            + loss(link);
  }

  /** Says which direction of unicast is dead, when one is and the other is known. */
  static Optional<String> ofDirections(List<LinkReport> links, String name) {
    List<String> there = unicastStates(links, true);
    List<String> back = unicastStates(links, false);
    if (isDead(there) && isDead(back)) {
      return Optional.of("unicast is dead in both directions");
    }
    if (isDead(there) && works(back)) {
      return Optional.of(
          "dead is unicast from here to " + name + "; from " + name + " to here it works");
    }
    return isDead(back) && works(there)
        ? Optional.of(
            "dead is unicast from " + name + " to here; from here to " + name + " it works")
        : Optional.empty();
  }

  private static List<String> unicastStates(List<LinkReport> links, boolean outbound) {
    return links.stream()
        .filter(link -> link.outbound() == outbound && !link.carrier().isMulticast())
        .map(LinkReport::state)
        .toList();
  }

  private static boolean works(List<String> states) {
    return states.contains("confirmed") || states.contains("unconfirmed");
  }

  private static boolean isDead(List<String> states) {
    return !works(states) && (states.contains("dead") || states.contains("suspect"));
  }

  private static boolean isFresh(LinkReport link) {
    return link.state().equals("confirmed");
  }

  private static String loss(LinkReport link) {
    return Double.isNaN(link.loss()) || link.loss() < 0.005
        ? ""
        : String.format(Locale.ROOT, ", %.0f %% lost", link.loss() * 100);
  }

  /** Compares the kernel's entry with what the peer has signed, or null when nothing is known. */
  static @Nullable String ofEntry(Map<String, String> evidence, String name) {
    String ip = evidence.get("ip");
    if (ip == null || !evidence.containsKey("entryState")) {
      return null;
    }
    String state = evidence.getOrDefault("entryState", NONE);
    String entry = evidence.getOrDefault("entryMac", NONE);
    String hello = evidence.getOrDefault("helloMac", NONE);
    String signed =
        hello.equals(NONE)
            ? name + "'s signed hello names no MAC"
            : name + "'s signed hello says " + hello;
    if (entry.equals(NONE)) {
      String kernel =
          state.equals(NONE)
              ? "the kernel has no entry for "
              : "the kernel's entry is " + state + ", without a MAC, for ";
      return kernel + ip + "; " + signed;
    }
    String kernel = "the kernel's entry for " + ip + " is " + entry + ", " + state;
    if (hello.equals(entry)) {
      return kernel + ", and " + name + "'s signed hello says the same: the table is right";
    }
    return hello.equals(NONE)
        ? kernel + "; " + signed
        : kernel + ", but " + signed + ": the table is wrong";
  }

  /** Says what had been proved when a repair began or ended. */
  static String ofProofs(Map<String, String> evidence, String name) {
    List<String> words = new ArrayList<>();
    proof(words, evidence, "unicastProofAgeMs", "our unicast was last confirmed ");
    proof(words, evidence, "multicastProofAgeMs", "our multicast ");
    proof(words, evidence, "inboundUnicastAgeMs", name + "'s unicast last arrived ");
    return String.join(", ", words);
  }

  private static void proof(
      List<String> words, Map<String, String> evidence, String key, String lead) {
    String age = evidence.get(key);
    if (age != null) {
      words.add(lead + Times.ago(age));
    }
  }

  /** Says evidence that has no words of its own as names and values. */
  static String plain(Map<String, String> evidence) {
    List<String> words = new ArrayList<>();
    evidence.forEach((name, value) -> words.add(name + " " + value));
    return String.join(", ", words);
  }
}
