package io.limpet.invitation.internal.group;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what channels must not forget: each channel has records, a key and a body each, whose
 * meaning is the channel's own.
 *
 * <p>Called on the loop. Stages complete on the loop, in the order of the calls, perhaps within the
 * call. When a commit fails, so does everything that was committed before the loop heard of it, and
 * the loop hears of all of it at once.
 */
public interface ChannelStore {
  /** Longest key: printable ASCII. */
  int MAX_KEY = 80;

  /** Longest body, in bytes. */
  int MAX_BODY = (1 << 20) + (64 << 10);

  /**
   * One record to be kept or forgotten. A value.
   *
   * @param key which one
   * @param body its new contents, or null to forget it
   */
  record Change(String key, @Nullable Bytes body) {}

  /**
   * Returns all records of a channel, by key; empty when nothing is known of it. May read a file.
   */
  Map<String, Bytes> load(String activity);

  /**
   * Makes changes to a channel's records, all or none; completes when they would outlive a crash,
   * and exceptionally when they cannot be stored, with a message for a person.
   */
  CompletionStage<Void> commit(String activity, List<Change> changes);

  /** Returns what stands for a member in a key: 32 hexadecimal digits. */
  static String keyOf(MeshAddress member) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(member.high()) + hex.toHexDigits(member.low());
  }

  /** Returns the activities whose channels have records. */
  Set<String> activities();

  /** Forgets a channel; nobody waits for it. */
  void remove(String activity);
}
