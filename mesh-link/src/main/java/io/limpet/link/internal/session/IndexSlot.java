package io.limpet.link.internal.session;

/** What one of our indices on the wire stands for. */
sealed interface IndexSlot permits Session, Pending {}
