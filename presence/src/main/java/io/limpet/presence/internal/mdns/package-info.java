/** The fence around JmDNS: one instance per interface and address, watched, rebuilt, buried. */
@org.jspecify.annotations.NullMarked
package io.limpet.presence.internal.mdns;
