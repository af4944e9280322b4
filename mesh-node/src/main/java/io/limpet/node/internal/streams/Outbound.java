package io.limpet.node.internal.streams;

import io.limpet.link.MeshAddress;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Promise;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes local connections of one opening to peers. Confined to the streams' loop. */
final class Outbound {
  private final Consumer<StreamEvent> tell;
  private final Dial dial;
  private final Budget budget;
  private final Opening opening;

  Outbound(Consumer<StreamEvent> tell, Dial dial, Budget budget, Opening opening) {
    this.tell = tell;
    this.dial = dial;
    this.budget = budget;
    this.opening = opening;
  }

  /** Takes a place for a local connection until it closes; false if there is none. */
  boolean take(Channel local) {
    if (!budget.takeOutbound()) {
      return false;
    }
    local.closeFuture().addListener(closed -> budget.giveOutbound());
    opening.add(local);
    return true;
  }

  /**
   * Opens the stream.
   *
   * @param opened is given the stream before a byte of it is read; fails with a {@link
   *     StreamRefusedException} that has been told of
   */
  void open(
      EventLoop loop,
      MeshAddress peer,
      String peerName,
      String service,
      Promise<DuplexChannel> opened) {
    dial.open(loop, peer, service)
        .addListener(
            done -> {
              if (done.isSuccess()) {
                opened.setSuccess((DuplexChannel) done.getNow());
              } else {
                refused(loop, peer, peerName, service, String.valueOf(done.cause().getMessage()));
                opened.setFailure(done.cause());
              }
            });
  }

  /** Joins both, when what the local side waits for has been said to it. */
  Relay join(
      DuplexChannel local, DuplexChannel mesh, MeshAddress peer, String peerName, String service) {
    opening.add(mesh);
    tell(opening::opened, event("opened", peer, peerName, service, 0, 0, null, 0));
    return Relay.join(
        local,
        mesh,
        (sent, received, reason) ->
            tell(
                opening::closed,
                event("closed", peer, peerName, service, sent, received, reason, 0)));
  }

  /** Tells why there is no stream. */
  void refused(
      EventLoop loop, @Nullable MeshAddress peer, String peerName, String service, String reason) {
    long count = opening.countRefusal(loop.ticker().nanoTime());
    if (count > 0) {
      tell(opening::refused, event("refused", peer, peerName, service, 0, 0, reason, count));
    }
  }

  private StreamEvent event(
      String change,
      @Nullable MeshAddress peer,
      String peerName,
      String service,
      long sent,
      long received,
      @Nullable String reason,
      long count) {
    return new StreamEvent(
        change, opening.way(), peer, peerName, service, sent, received, reason, count);
  }

  private void tell(Consumer<StreamEvent> ofOpening, StreamEvent event) {
    ofOpening.accept(event);
    tell.accept(event);
  }
}
