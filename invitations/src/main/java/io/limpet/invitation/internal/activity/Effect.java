package io.limpet.invitation.internal.activity;

/** What is to be done once the new record is stored. */
@FunctionalInterface
interface Effect {
  void release(ActivityOutput out);
}
