/**
 * The streams of XEP-0174, in which people of one link chat without a server: sans-IO, given bytes
 * and the time.
 */
@org.jspecify.annotations.NullMarked
package io.limpet.presence.internal.xmpp;
