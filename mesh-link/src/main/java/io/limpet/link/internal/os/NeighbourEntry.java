package io.limpet.link.internal.os;

import io.limpet.link.Bytes;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** One entry of the kernel's neighbour table. A value. */
public record NeighbourEntry(
    int interfaceIndex, InetAddress ip, @Nullable Bytes mac, NeighbourState state) {}
