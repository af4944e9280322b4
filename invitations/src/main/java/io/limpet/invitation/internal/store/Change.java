package io.limpet.invitation.internal.store;

import io.limpet.link.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One record to be kept or forgotten. A value.
 *
 * @param kind what it is a record of
 * @param id which one
 * @param body its new contents, or null to forget it
 */
record Change(String kind, String id, @Nullable Bytes body) {}
