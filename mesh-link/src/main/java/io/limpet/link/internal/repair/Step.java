package io.limpet.link.internal.repair;

import io.limpet.link.internal.os.LinkControl.Capability;
import org.jspecify.annotations.Nullable;

/** One rung of the ladder of repair. */
public enum Step {
  /** Write the MAC of the signed hello into the kernel's entry. */
  REPLACE_ENTRY("replace-entry", Capability.WRITE_NEIGHBOURS, 300),
  /** Delete the entry, so that the kernel resolves anew. */
  FLUSH_ENTRY("flush-entry", Capability.WRITE_NEIGHBOURS, 400),
  /** Make the kernel probe the entry. */
  PROBE_ENTRY("probe-entry", Capability.WRITE_NEIGHBOURS, 300),
  /** Broadcast a request for the peer's address. */
  REQUEST("arp-request", Capability.SEND_ARP, 300),
  /** Announce our own mapping. */
  ANNOUNCE("announce", Capability.SEND_ARP, 300),
  /** Make our kernel broadcast a request, from which peers learn our MAC. */
  PROVOKE("provoke-request", null, 300),
  /** Make our kernel resolve or re-probe the entry by sending to it. */
  NUDGE("nudge", null, 250),
  /** Ask the peer, over multicast, to renew the mapping from its side. */
  ASK_PEER("ask-peer", null, 1_300, 2_600),
  /** Run the site's own command, such as one that flushes a mesh path of the radio. */
  SITE_HOOK("site-hook", Capability.SITE_HOOK, 1_500);

  private final String label;
  private final @Nullable Capability needs;
  private final long verifyMs;
  private final long gapMs;

  Step(String label, @Nullable Capability needs, long verifyMs, long gapMs) {
    this.label = label;
    this.needs = needs;
    this.verifyMs = verifyMs;
    this.gapMs = gapMs;
  }

  Step(String label, @Nullable Capability needs, long verifyMs) {
    this(label, needs, verifyMs, 1_150); // the neighbours' locktime and a little
  }

  /** Returns the name in the journal. */
  public String label() {
    return label;
  }

  /** Returns the privilege that the step needs, or null. */
  public @Nullable Capability needs() {
    return needs;
  }

  /** Returns how long to wait for the proof that the step has helped, in nanoseconds. */
  public long verifyNs() {
    return verifyMs * 1_000_000L;
  }

  /** Returns how long the same step is not repeated, in nanoseconds. */
  public long gapNs() {
    return gapMs * 1_000_000L;
  }
}
