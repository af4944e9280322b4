package io.limpet.rig;

import java.time.Duration;
import java.util.List;

/**
 * A fleet of laptops, joined by a radio that can be broken in the ways radios break.
 *
 * <p>Built by {@link #builder()}, closed by {@link #close()}; whatever of it outlives its process
 * is swept away when the next rig of this machine starts. May be used from any thread. A change of
 * the air has taken effect when its method returns; frames that were on their way before may still
 * arrive.
 */
public interface Rig extends Air, AutoCloseable {
  /** Starts the description of a rig. */
  static RigBuilder builder() {
    return new RigBuilder();
  }

  /** What plays the radio. */
  MediumKind kind();

  /** Why it is that kind and no better one. */
  String kindReason();

  /**
   * What all chance in the air follows from, since the start or {@link #reseed}; the same seed and
   * the same traffic give the same fates.
   */
  long seed();

  /** The devices in the order they were named. */
  List<RigDevice> devices();

  /**
   * Lets all chance in the air follow from another seed from now on, as if the rig had been started
   * with it; what is on its way keeps its fate.
   */
  void reseed(long seed);

  /**
   * The device of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  RigDevice device(String name);

  /**
   * One of the rig's networks: what the rig itself has as {@link Air} is the first, number 0.
   *
   * @throws IllegalArgumentException if there is none of that number
   */
  Air network(int number);

  /** How late the medium was in handing frames over, since the start. */
  Lateness lateness();

  /** The same since the last call of this method, or the start: for one measurement of several. */
  Lateness takeLateness();

  /** Processor time that the thread which plays the air has used so far. */
  Duration airCpu();

  /** For how long frames have held the air so far, on all networks together. */
  AirUse airUse();

  /** Kills the processes, removes the namespaces, and does nothing the second time. */
  @Override
  void close();
}
