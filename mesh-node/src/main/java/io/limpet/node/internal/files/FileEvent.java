package io.limpet.node.internal.files;

import io.limpet.link.MeshAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of a file. A value.
 *
 * @param change what
 * @param peer the other side
 * @param peerName what they are called
 * @param file its name here
 * @param size in bytes
 * @param bytes how much of it is there
 * @param reason why it was refused or interrupted, or null
 */
public record FileEvent(
    Change change,
    MeshAddress peer,
    String peerName,
    String file,
    long size,
    long bytes,
    @Nullable String reason) {

  /** The kinds. */
  public enum Change {
    /** It is read, for its hash. */
    READING,
    /** The other side is not there, or does not receive. */
    WAITING,
    /** It begins, or goes on from where it was. */
    STARTED,
    /** It goes on. */
    PROGRESS,
    /** The connection broke: the rest comes later. */
    INTERRUPTED,
    /** The receiver does not take it. */
    REFUSED,
    /** It is whole at the other side. */
    SENT,
    /** It is whole here. */
    RECEIVED;

    /** Returns how commands and the journal write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Says whether it is one of the few that the journal tells. */
    public boolean isTold() {
      return this != READING && this != WAITING && this != PROGRESS;
    }
  }
}
