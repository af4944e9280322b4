package io.limpet.link.internal.path;

/**
 * What is known of one link in one direction at one moment. A value; the state follows from it and
 * from nothing else. Times are in nanoseconds.
 *
 * @param proofAgeNs since the last proof that it passes datagrams, or {@link Long#MAX_VALUE}
 * @param hinted whether the peer has said, if not proven, that it does
 * @param missing how many proofs that were asked for have not come
 * @param missingForNs how long the first of them has been missing, or -1
 * @param enough so many are not missing by chance, given the loss
 * @param suspectAfterNs the first may be missing for this long, given round trip and loss
 * @param deadAfterNs after this there is no more doubt
 * @param inUse whether payloads go this way now
 * @param trustNs how old a proof may be while it is in use
 * @param restNs how old a proof may be while it is not
 */
public record LinkFacts(
    long proofAgeNs,
    boolean hinted,
    int missing,
    long missingForNs,
    int enough,
    long suspectAfterNs,
    long deadAfterNs,
    boolean inUse,
    long trustNs,
    long restNs) {

  /** Returns what follows. */
  public LinkState state() {
    if (missing >= enough && missingForNs >= suspectAfterNs) {
      return missingForNs >= deadAfterNs ? LinkState.DEAD : LinkState.SUSPECT;
    }
    if (proofAgeNs == Long.MAX_VALUE) {
      return hinted ? LinkState.UNCONFIRMED : LinkState.UNKNOWN;
    }
    if (inUse && proofAgeNs > trustNs) {
      return LinkState.SUSPECT;
    }
    return proofAgeNs <= restNs ? LinkState.CONFIRMED : LinkState.UNCONFIRMED;
  }
}
