/**
 * Netlink messages as bytes: a pure codec without I/O. Reading never throws, whatever the bytes.
 *
 * <p>Layouts are those of the kernel's {@code linux/netlink.h}, {@code linux/rtnetlink.h}, {@code
 * linux/if_link.h}, {@code linux/if_addr.h} and {@code linux/neighbour.h}; integers are in native
 * byte order.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.netlink;
