package io.limpet.node.internal.streams;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is open on a node, as it was a moment ago. A value.
 *
 * @param number by which it is ended
 * @param way which kind it is
 * @param at where it is reached: {@code 22} or {@code 22 web} on the mesh, {@code 127.0.0.1:2222}
 *     on this machine
 * @param to where it leads, null where each stream says it
 * @param allowed who may, null for programs of this machine
 * @param open streams that are open
 * @param total streams that were opened
 * @param refused streams that were not
 */
public record OpeningView(
    int number,
    Way way,
    String at,
    @Nullable String to,
    @Nullable String allowed,
    int open,
    long total,
    long refused) {

  /** The kinds. */
  public enum Way {
    /** A program of this machine, for peers. */
    EXPOSE,
    /** A program of one peer, at a port of this machine. */
    FORWARD,
    /** Programs of all peers, by SOCKS5. */
    SOCKS;

    /** Returns how commands and the journal write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
