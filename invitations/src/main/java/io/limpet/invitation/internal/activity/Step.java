package io.limpet.invitation.internal.activity;

import java.util.ArrayList;
import java.util.List;

/**
 * What an event makes of a record.
 *
 * @param record the record after it; equal to the one before when nothing is to be stored
 * @param effects what to do when it is stored, in order
 */
record Step(ActivityRecord record, List<Effect> effects) {
  static Step of(ActivityRecord record, Effect... effects) {
    return new Step(record, List.of(effects));
  }

  /** Returns the same with an effect before the others. */
  Step after(Effect first) {
    List<Effect> all = new ArrayList<>(List.of(first));
    all.addAll(effects);
    return new Step(record, all);
  }
}
