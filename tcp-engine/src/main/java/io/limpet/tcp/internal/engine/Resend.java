package io.limpet.tcp.internal.engine;

/** Why a segment goes out once more. */
public enum Resend {
  /** It is deemed lost (RFC 8985, RFC 6298). */
  LOST,
  /** It is the last, nothing was heard of it, and the answer will tell (RFC 8985 section 7). */
  TAIL_PROBE,
  /** Nothing says that it was lost: a flow with hardly any data repeats itself on a lossy path. */
  COPY,
  /** It opens the connection and was not answered. */
  SYN
}
