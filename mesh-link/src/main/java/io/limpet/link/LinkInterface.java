package io.limpet.link;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network interface as the link sees it. A value; safe for any thread.
 *
 * @param index the kernel's interface index
 * @param name the kernel's name, such as {@code wlan0}
 * @param mac its hardware address, 6 bytes, or null when it has none
 * @param addresses its usable addresses; IPv6 ones are link-local and scoped
 * @param up whether it is up and has a carrier
 * @param multicast whether it can do multicast
 * @param mtuBytes its MTU in bytes
 */
public record LinkInterface(
    int index,
    String name,
    @Nullable Bytes mac,
    List<InetAddress> addresses,
    boolean up,
    boolean multicast,
    int mtuBytes) {}
