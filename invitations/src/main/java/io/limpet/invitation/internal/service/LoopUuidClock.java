package io.limpet.invitation.internal.service;

import com.fasterxml.uuid.UUIDClock;

/** Identifiers by the service's own time of day. */
final class LoopUuidClock extends UUIDClock {
  private final ServiceLoop loop;

  LoopUuidClock(ServiceLoop loop) {
    this.loop = loop;
  }

  @Override
  public long currentTimeMillis() {
    return loop.now().toEpochMilli();
  }
}
