package io.limpet.node.internal.streams;

/** Why a stream was not opened. The codes above zero travel between nodes. */
enum Refusal {
  /** Nothing goes by that name or port there. */
  NOT_EXPOSED(1, "nothing is exposed as %s there"),
  /** It is there, and not for whoever asked. */
  NOT_ALLOWED(2, "%s is not for this node ('--allow' there says)"),
  /** The program that is exposed does not run. */
  TARGET_REFUSED(3, "no program takes connections to %s there"),
  /** The program that is exposed does not answer. */
  TARGET_SILENT(4, "the program behind %s there does not answer"),
  /** As many streams are open as may be. */
  BUSY(5, "too many streams are open there"),
  /** Nobody goes by that name, or more than one. */
  UNKNOWN_PERSON(0, "nobody goes by that name"),
  /** The way leads out of the mesh, or what was asked for is no port. */
  NOT_MESH(0, "only NAME.mesh and mesh addresses are reached"),
  /** The peer has not answered. */
  PEER_SILENT(0, "no answer"),
  /** As many streams are open here as may be. */
  BUSY_HERE(0, "too many streams are open here"),
  /** The other side speaks something else, or ended in the middle. */
  BROKEN(0, "the other side broke off");

  private final int code;
  private final String words;

  Refusal(int code, String words) {
    this.code = code;
    this.words = words;
  }

  /** Returns what travels, 0 for what does not. */
  int code() {
    return code;
  }

  /** Says it to a person. */
  String describe(String service) {
    return String.format(words, service);
  }

  /** Returns what a code means; one of another version says no more than that it was refused. */
  static Refusal ofCode(int code) {
    for (Refusal refusal : values()) {
      if (refusal.code == code && code != 0) {
        return refusal;
      }
    }
    return BROKEN;
  }
}
