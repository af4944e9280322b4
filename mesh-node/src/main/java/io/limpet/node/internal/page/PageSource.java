package io.limpet.node.internal.page;

import io.limpet.node.MeshNode;
import io.limpet.node.internal.control.ControlCommands;
import io.limpet.node.internal.journal.EventSource;
import java.time.Clock;

/**
 * What the page is made from.
 *
 * @param colours of the node's person, as {@code #rrggbb,#rrggbb}
 * @param commands what the page's buttons do
 * @param events what the journal is told
 */
public record PageSource(
    MeshNode node, String colours, ControlCommands commands, EventSource events, Clock clock) {}
