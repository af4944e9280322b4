package io.limpet.link.internal.engine;

import io.limpet.link.MeshAddress;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Which peers say that an IP address is theirs. */
interface AddressClaims {
  /**
   * Returns a peer that is heard and whose signed hello names the address too, with another MAC; or
   * null when nobody contradicts.
   */
  @Nullable MeshAddress rival(MeshAddress claimant, InetAddress ip);
}
