package io.limpet.invitation.internal.service;

import io.limpet.invitation.GroupHandler;
import io.limpet.invitation.GroupMessage;
import io.limpet.link.MeshAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An application whose state is the texts that were published. */
final class Board implements GroupHandler {
  final List<String> texts = new ArrayList<>();
  final boolean keepsState;
  int restored;
  int missed;

  Board(boolean keepsState) {
    this.keepsState = keepsState;
  }

  @Override
  public void onMessage(GroupMessage message) {
    texts.add(new String(message.payload(), StandardCharsets.UTF_8));
  }

  @Override
  public Optional<byte[]> capture() {
    return keepsState
        ? Optional.of(String.join("\n", texts).getBytes(StandardCharsets.UTF_8))
        : Optional.empty();
  }

  @Override
  public void restore(byte[] state) {
    restored++;
    texts.clear();
    new String(state, StandardCharsets.UTF_8).lines().forEach(texts::add);
  }

  @Override
  public void onMissed(MeshAddress from) {
    missed++;
  }
}
