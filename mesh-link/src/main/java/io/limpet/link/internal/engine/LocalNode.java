package io.limpet.link.internal.engine;

import io.limpet.link.internal.identity.NodeIdentity;

/**
 * Who this node is. A value.
 *
 * @param identity its keys
 * @param nickname as announced
 * @param epoch of this start
 */
public record LocalNode(NodeIdentity identity, String nickname, long epoch) {}
