package io.limpet.presence.internal.announce;

import io.limpet.link.MeshAddress;
import java.util.List;

/**
 * What a DNS-SD record claims of a node. Nothing in it is proven. A value; safe for any thread.
 *
 * @param address the mesh address that it claims
 * @param fingerprint the {@link Fingerprint} of the key that it claims
 * @param nickname 1..64 bytes of UTF-8
 * @param colours {@code #rrggbb,#rrggbb}
 * @param status at most {@link Announcement#MAX_STATUS_BYTES}
 * @param epoch raised at each start
 * @param activities identifiers only, oldest first
 */
public record MdnsRecord(
    MeshAddress address,
    String fingerprint,
    String nickname,
    String colours,
    String status,
    long epoch,
    List<String> activities) {

  /** Longest nickname, in UTF-8 bytes: the link's own bound. */
  public static final int MAX_NICKNAME_BYTES = 64;

  /** Keeps its own copy of the list. */
  public MdnsRecord {
    activities = List.copyOf(activities);
  }
}
