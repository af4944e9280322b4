package io.limpet.invitation;

import java.nio.file.Path;

/**
 * A store that could not be read at the start; a fresh one took its place. A value; safe for any
 * thread.
 *
 * @param file where the fresh one is
 * @param movedTo where the damaged one is now: nothing was deleted
 * @param reason what is wrong with it, in one line
 */
public record DamagedStore(Path file, Path movedTo, String reason) {}
