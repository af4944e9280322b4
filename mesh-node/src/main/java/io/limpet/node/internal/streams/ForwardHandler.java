package io.limpet.node.internal.streams;

import io.limpet.link.MeshAddress;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Promise;

/**
 * Takes a connection of a local program to one service of one peer. What the peer refuses is reset
 * here: the program has been connected already, and shall not take silence for an answer.
 */
final class ForwardHandler extends ChannelInboundHandlerAdapter {
  private final Outbound outbound;
  private final MeshAddress peer;
  private final String peerName;
  private final String service;

  ForwardHandler(Outbound outbound, MeshAddress peer, String peerName, String service) {
    this.outbound = outbound;
    this.peer = peer;
    this.peerName = peerName;
    this.service = service;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    DuplexChannel local = (DuplexChannel) ctx.channel();
    EventLoop loop = local.eventLoop();
    if (!outbound.take(local)) {
      outbound.refused(loop, peer, peerName, service, Refusal.BUSY_HERE.describe(service));
      Relay.abort(local);
      return;
    }
    Promise<DuplexChannel> opened = loop.newPromise();
    opened.addListener(
        done -> {
          if (done.isSuccess()) {
            DuplexChannel mesh = opened.getNow();
            Relay relay = outbound.join(local, mesh, peer, peerName, service);
            mesh.pipeline().remove(Answer.class);
            local.pipeline().remove(this);
            relay.start();
          } else {
            Relay.abort(local);
          }
        });
    outbound.open(loop, peer, peerName, service, opened);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
