/** Watching interfaces where there is no netlink. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.poll;
