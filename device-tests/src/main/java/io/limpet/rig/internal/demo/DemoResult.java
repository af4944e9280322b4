package io.limpet.rig.internal.demo;

import java.util.List;

/**
 * What the whole demo showed. A value.
 *
 * @param medium what played the radio
 * @param mediumReason why that
 * @param seed what all chance in the air followed from
 * @param acts one after the other
 * @param journal the folder with the three laptops' homes and journals
 * @param failures what should have happened and did not; empty when all is well
 */
record DemoResult(
    String medium,
    String mediumReason,
    long seed,
    List<ActResult> acts,
    String journal,
    List<String> failures) {}
