package io.limpet.node.internal.report;

import io.limpet.node.internal.journal.JournalEvent;
import java.time.Instant;

/**
 * An event of one of the journals. A value.
 *
 * @param at by the first laptop's clock
 * @param local by its own laptop's clock, as its journal has it
 * @param laptop whose journal
 */
record Entry(Instant at, Instant local, int laptop, JournalEvent event) {}
