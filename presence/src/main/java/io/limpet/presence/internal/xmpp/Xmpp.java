package io.limpet.presence.internal.xmpp;

import io.limpet.presence.internal.announce.Text;

/** Names and bounds of the streams. */
public final class Xmpp {
  /** Longest line that is said or heard, in UTF-16 units; what is heard beyond it is cut. */
  public static final int MAX_LINE_CHARS = 4_096;

  /** Longest name of a person, in UTF-16 units: a DNS label has 63 bytes. */
  public static final int MAX_NAME_CHARS = 64;

  /** Largest stanza that is read: a client sends a line twice, the second time as HTML. */
  static final int MAX_STANZA_BYTES = 64 << 10;

  /** Most that is read from one stream; whoever has more to say opens another. */
  static final int MAX_STREAM_BYTES = 1 << 20;

  /** Deepest nesting, the stream itself being 1. */
  static final int MAX_DEPTH = 24;

  static final String STREAMS = "http://etherx.jabber.org/streams";
  static final String CLIENT = "jabber:client";
  static final String XHTML = "http://www.w3.org/1999/xhtml";

  private Xmpp() {}

  /**
   * Makes a line of what somebody wrote: breaks become blanks, and what XML cannot carry, or could
   * forge a terminal's state, a replacement character.
   */
  public static String line(String text) {
    String flat = text.replaceAll("[\\s\\u0085\\u2028\\u2029]+", " ").strip();
    return Text.clean(flat).replace('\uFFFE', '\uFFFD').replace('\uFFFF', '\uFFFD');
  }
}
