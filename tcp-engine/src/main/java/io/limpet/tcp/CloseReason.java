package io.limpet.tcp;

/** Who ended a connection, and why. All are values. */
public sealed interface CloseReason {
  /** One sentence for a log or an exception message. */
  String describe();

  /** Both sides closed in order. */
  record Graceful() implements CloseReason {
    @Override
    public String describe() {
      return "closed by both sides";
    }
  }

  /** The local application aborted. */
  record LocalAbort() implements CloseReason {
    @Override
    public String describe() {
      return "aborted by this side";
    }
  }

  /** The peer sent RST. */
  record PeerReset() implements CloseReason {
    @Override
    public String describe() {
      return "reset by the peer";
    }
  }

  /** Nobody listens at the port. */
  record PortClosed() implements CloseReason {
    @Override
    public String describe() {
      return "connection refused: nobody listens at that port";
    }
  }

  /** The listener's backlog is full: the peer is there but busy. */
  record BacklogFull() implements CloseReason {
    @Override
    public String describe() {
      return "connection refused: the listener's backlog is full";
    }
  }

  /** The peer restarted (its epoch rose), so it has forgotten this connection. */
  record PeerRestarted() implements CloseReason {
    @Override
    public String describe() {
      return "the peer restarted";
    }
  }

  /** A newer connection of the same peer took this one's place. */
  record Replaced() implements CloseReason {
    @Override
    public String describe() {
      return "replaced by a newer connection of the same peer";
    }
  }

  /** Data stayed unacknowledged, or a SYN unanswered, for the user timeout. */
  record UserTimeout(long afterNs) implements CloseReason {
    @Override
    public String describe() {
      return "no answer for " + afterNs / 1_000_000 + " ms";
    }
  }

  /** The link does not know the peer: it was never heard. */
  record UnknownPeer() implements CloseReason {
    @Override
    public String describe() {
      return "the peer has never been heard on the mesh";
    }
  }
}
