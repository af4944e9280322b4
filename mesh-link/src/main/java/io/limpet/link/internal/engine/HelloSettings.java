package io.limpet.link.internal.engine;

import io.limpet.link.internal.identity.Signatures;
import io.limpet.link.internal.wire.SignatureCheck;

/**
 * How hellos are said and checked. A value.
 *
 * @param airtimeShare of the medium at its basic rate, for the hellos of all nodes together, 0..1
 *     without 0
 * @param signatures how a signature is checked
 */
public record HelloSettings(double airtimeShare, SignatureCheck signatures) {
  /** Returns what a node uses that was told nothing else than this share. */
  public static HelloSettings of(double airtimeShare) {
    return new HelloSettings(airtimeShare, Signatures::verify);
  }
}
