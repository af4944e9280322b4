package io.limpet.rig;

/**
 * What an {@link AirPort} received.
 *
 * @param from name of the device that sent it
 * @param multicast whether it was sent to all
 * @param payload what was sent; the receiver's own copy
 */
public record AirDatagram(String from, boolean multicast, byte[] payload) {}
