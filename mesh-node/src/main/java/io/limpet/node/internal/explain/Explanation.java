package io.limpet.node.internal.explain;

import java.time.Instant;
import java.util.List;

/**
 * The verdict on one peer, as a person reads it and as scripts do. A value.
 *
 * @param peer its address
 * @param name what it calls itself
 * @param path the state of the way to it, of {@link io.limpet.link.PathState}, or {@code NONE}
 * @param diagnosis of {@link io.limpet.link.Diagnosis}
 * @param at when this was so
 * @param now what is so, one sentence
 * @param why the verdict in words, and the evidence for it
 * @param events what happened, oldest first
 * @param next what happens by itself
 * @param advice what a person can do; nothing when there is no need
 */
public record Explanation(
    String peer,
    String name,
    String path,
    String diagnosis,
    Instant at,
    String now,
    List<String> why,
    List<Told> events,
    List<String> next,
    List<String> advice) {

  /**
   * One event in words.
   *
   * @param event its name in the journal
   */
  public record Told(Instant time, String event, String text) {}
}
