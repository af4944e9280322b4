package io.limpet.invitation.internal.service;

import io.limpet.link.MeshAddress;

/**
 * Who we are. A value; safe for any thread.
 *
 * @param address our address
 * @param name what we call ourselves
 * @param epoch our incarnation: raised at each start
 */
public record Identity(MeshAddress address, String name, long epoch) {}
