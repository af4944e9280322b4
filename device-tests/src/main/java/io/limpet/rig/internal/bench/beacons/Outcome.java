package io.limpet.rig.internal.bench.beacons;

import java.util.List;

/**
 * What one simulated mesh did. A value; times are seconds, {@link Double#NaN} what never happened.
 *
 * @param nodes that were started within five seconds
 * @param loss share of receptions lost, 0..1
 * @param knownP50 after which half of all ordered pairs knew each other, from the first start
 * @param knownP99 the same of 99 of 100 pairs
 * @param knownAll the same of all
 * @param mostKnownToEach after which each node knew 95 of 100 others
 * @param peak the busiest second
 * @param steady the rate when nothing happens
 * @param falseAlarms how often a live peer was doubted while nothing happened, per node and hour
 * @param deathUsers until all who use a node that dies noticed, the slowest of several deaths
 * @param deathQuietUser until one noticed that had used it and was silent for ten seconds
 * @param deathHalf until half of all nodes noticed
 * @param deathAll until all noticed
 * @param deathBelieved until all were sure
 * @param goodbyeAll until all noticed a node that took leave
 * @param joinKnows until a late joiner knew all
 * @param joinKnown until all knew the late joiner
 * @param joinPeak the busiest second after it, bytes per second
 * @param perSecond the first minute, bytes per second
 * @param share known pairs after each second of the first minute, 0..1
 */
record Outcome(
    int nodes,
    double loss,
    double knownP50,
    double knownP99,
    double knownAll,
    double mostKnownToEach,
    Traffic.Rate peak,
    Traffic.Rate steady,
    double falseAlarms,
    double deathUsers,
    double deathQuietUser,
    double deathHalf,
    double deathAll,
    double deathBelieved,
    double goodbyeAll,
    double joinKnows,
    double joinKnown,
    double joinPeak,
    List<Double> perSecond,
    List<Double> share) {}
