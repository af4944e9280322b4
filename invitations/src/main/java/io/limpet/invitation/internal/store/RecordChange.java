package io.limpet.invitation.internal.store;

import io.limpet.link.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One record to be kept or forgotten. A value.
 *
 * @param kind what it is a record of
 * @param id which one; empty for all of the kind, which can only be forgotten
 * @param body its new contents, or null to forget it
 */
record RecordChange(String kind, String id, @Nullable Bytes body) {
  RecordChange {
    if (id.isEmpty() && body != null) {
      throw new IllegalArgumentException("a record has an identifier");
    }
  }

  static RecordChange forgetAll(String kind) {
    return new RecordChange(kind, "", null);
  }

  boolean isOfAll() {
    return id.isEmpty();
  }
}
