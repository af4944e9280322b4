package io.limpet.link.internal.repair;

import io.limpet.link.MeshAddress;
import org.jspecify.annotations.Nullable;

/**
 * How good a peer's claim to an IP address is: a hello proves who says so, not that it is true.
 *
 * @param answered whether the peer has lately answered a challenge sent to the address
 * @param rival another peer whose signed hello names the same address with another MAC, or null
 */
public record Claim(boolean answered, @Nullable MeshAddress rival) {}
