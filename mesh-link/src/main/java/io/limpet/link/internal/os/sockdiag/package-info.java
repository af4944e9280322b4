/** The kernel's TCP sockets, by the netlink protocol for socket diagnosis. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.sockdiag;
