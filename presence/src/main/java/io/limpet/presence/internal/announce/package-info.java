/**
 * What a node says of itself: the announcement in the hello, the TXT record in mDNS, and their
 * defences.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.presence.internal.announce;
