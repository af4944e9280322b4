/** rtnetlink: its messages as a pure codec, and the monitor that listens to it. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.netlink;
