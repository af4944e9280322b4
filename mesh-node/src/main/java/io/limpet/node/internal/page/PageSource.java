package io.limpet.node.internal.page;

import io.limpet.node.MeshNode;
import io.limpet.node.internal.control.ControlCommands;
import io.limpet.node.internal.journal.JournalEvent;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * What the page is made from.
 *
 * @param colours of the node's person, as {@code #rrggbb,#rrggbb}
 * @param commands what the page's buttons do
 * @param events takes a listener, and hands it what the journal is told from then on; the listener
 *     never blocks
 */
public record PageSource(
    MeshNode node,
    String colours,
    ControlCommands commands,
    Consumer<Consumer<JournalEvent>> events,
    Clock clock) {}
