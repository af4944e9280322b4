package io.limpet.node.internal.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.limpet.link.MeshAddress;
import io.limpet.node.internal.privacy.Pseudonyms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads back the end of a journal: what happened on the way to a peer before this node was started,
 * or longer ago than it remembers. Blocking, bounded; safe for any thread.
 */
public final class JournalTail {
  private static final int MAX_BYTES = 4 << 20;
  private static final int LAST_BYTES = 64 << 10;
  private static final int MAX_MOMENTS = 256;

  private final Path present;
  private final Path previous;

  /** Reads the journal whose present file this is. */
  public JournalTail(Path present) {
    this.present = present;
    this.previous = present.resolveSibling(present.getFileName() + ".1");
  }

  /**
   * Returns the newest events that concern a peer or all peers, oldest first; none where nothing
   * can be read. A line that is damaged is passed over.
   *
   * @param peer its address
   */
  public List<Moment> of(MeshAddress peer) {
    // A journal that was private for a while calls it by a pseudonym then.
    Set<String> names = Set.of(peer.toString(), Pseudonyms.ofPeer(peer));
    Deque<Moment> found = new ArrayDeque<>();
    byte[] newer = end(present, MAX_BYTES);
    collect(end(previous, MAX_BYTES - newer.length), names, found);
    collect(newer, names, found);
    return new ArrayList<>(found);
  }

  /** Returns the time of the newest line, or null when none can be read. */
  public @Nullable Instant newest() {
    Instant newest = null;
    for (String line : new String(end(present, LAST_BYTES), UTF_8).split("\n", -1)) {
      Moment moment = JournalReader.read(line);
      newest = moment == null ? newest : moment.time();
    }
    return newest;
  }

  private void collect(byte[] lines, Set<String> names, Deque<Moment> found) {
    for (String line : new String(lines, UTF_8).split("\n", -1)) {
      if (names.stream().anyMatch(line::contains) || !line.contains("\"peer\":")) {
        Moment moment = JournalReader.read(line);
        if (moment != null && JournalMemory.isTelling(moment.event()) && concerns(moment, names)) {
          found.addLast(moment);
          if (found.size() > MAX_MOMENTS) {
            found.removeFirst();
          }
        }
      }
    }
  }

  private static boolean concerns(Moment moment, Set<String> names) {
    String of = moment.event().peer();
    return of == null || names.contains(of);
  }

  private static byte[] end(Path file, int maxBytes) {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      channel.position(Math.max(0, channel.size() - maxBytes));
      ByteBuffer bytes =
          ByteBuffer.allocate((int) Math.min(maxBytes, channel.size() - channel.position()));
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // A channel may give less than was asked for.
      }
      byte[] read = new byte[bytes.position()];
      bytes.flip().get(read);
      return read;
    } catch (IOException e) {
      return new byte[0];
    }
  }
}
