package io.limpet.link.internal.group;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.internal.session.ReplayWindow;
import io.limpet.link.internal.session.TransportCipher;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** One key of one group, and who has spoken with it. Not thread-safe. */
final class HeldKey {
  /** As many as a link has peers. */
  static final int MAX_SENDERS = 512;

  final Bytes groupId;
  final long number;
  final GroupSecret secret;
  private final Map<MeshAddress, Sender> senders;
  private @Nullable TransportCipher sealing;

  /** One sender in one of its lives. */
  static final class Sender {
    final long epoch;
    final TransportCipher opening;
    final ReplayWindow window = new ReplayWindow();

    Sender(GroupSecret secret, MeshAddress address, long epoch) {
      this.epoch = epoch;
      this.opening = TransportCipher.opening(secret.senderKey(address, epoch));
    }
  }

  HeldKey(Bytes groupId, long number, GroupSecret secret) {
    this.groupId = groupId;
    this.number = number;
    this.secret = secret;
    this.senders = new HashMap<>();
  }

  /** Goes on with what another, of the same secret, has seen, under another number. */
  HeldKey(HeldKey before, long number) {
    this.groupId = before.groupId;
    this.number = number;
    this.secret = before.secret;
    this.senders = before.senders;
    this.sealing = before.sealing;
  }

  TransportCipher sealing(MeshAddress self, long epoch) {
    TransportCipher cipher = sealing;
    if (cipher == null) {
      cipher = TransportCipher.sealing(secret.senderKey(self, epoch));
      sealing = cipher;
    }
    return cipher;
  }

  /** Returns a sender in this life, which is remembered only once it has proved authentic. */
  Sender sender(MeshAddress address, long epoch) {
    Sender known = senders.get(address);
    return known != null && known.epoch == epoch ? known : new Sender(secret, address, epoch);
  }

  /**
   * Remembers a sender that has proved to hold the key. Its earlier life is forgotten.
   *
   * @param epochs of all who are heard, negative for those who are not: they make room
   * @return false when there is no room
   */
  boolean remember(MeshAddress address, Sender sender, ToLongFunction<MeshAddress> epochs) {
    if (senders.get(address) == sender) {
      return true;
    }
    if (senders.size() >= MAX_SENDERS && !senders.containsKey(address)) {
      senders.keySet().removeIf(other -> epochs.applyAsLong(other) < 0);
    }
    if (senders.size() >= MAX_SENDERS && !senders.containsKey(address)) {
      return false;
    }
    senders.put(address, sender);
    return true;
  }

  int senderCount() {
    return senders.size();
  }
}
