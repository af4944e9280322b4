/** Monitor and control over rtnetlink and packet sockets, confined to the link's event loop. */
@org.jspecify.annotations.NullMarked
package io.limpet.link.internal.os.linux;
