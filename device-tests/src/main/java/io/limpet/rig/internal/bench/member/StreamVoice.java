package io.limpet.rig.internal.bench.member;

import io.limpet.link.MeshAddress;
import io.limpet.node.MeshNode;
import io.limpet.tcp.MeshSocketFactory;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One mesh TCP connection to each other member, each message written to all of them. */
final class StreamVoice implements Voice {
  private static final int PORT = 71;
  private static final int LENGTH_BYTES = 4;
  private static final int LONGEST = 1 << 20;

  private final MeshNode node;
  private final Supplier<List<MeshAddress>> members;
  private final List<Socket> sockets = new ArrayList<>();

  private StreamVoice(MeshNode node, Supplier<List<MeshAddress>> members) {
    this.node = node;
    this.members = members;
  }

  /** Listens to the others; connections are made when they are needed. */
  static StreamVoice open(MeshNode node, Supplier<List<MeshAddress>> members, Heard heard) {
    new ServerBootstrap()
        .group(node.link().eventLoop())
        .channelFactory(node.tcp().serverChannels())
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new LengthFieldBasedFrameDecoder(LONGEST, 0, LENGTH_BYTES, 0, LENGTH_BYTES),
                        new Ear(heard));
              }
            })
        .bind(node.address().at(PORT))
        .syncUninterruptibly();
    return new StreamVoice(node, members);
  }

  private static final class Ear extends SimpleChannelInboundHandler<ByteBuf> {
    private final Heard heard;

    Ear(Heard heard) {
      this.heard = heard;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf message) {
      byte[] bytes = new byte[message.readableBytes()];
      message.readBytes(bytes);
      heard.onMessage(bytes, System.nanoTime());
    }
  }

  @Override
  public int listeners() {
    return Math.max(0, members.get().size() - 1);
  }

  @Override
  public void prepare() throws IOException {
    if (!sockets.isEmpty()) {
      return;
    }
    MeshSocketFactory factory = new MeshSocketFactory(node.tcp());
    for (MeshAddress member : members.get()) {
      if (!member.equals(node.address())) {
        Socket socket = factory.createSocket(member.toInet6Address(), PORT);
        socket.setTcpNoDelay(true);
        sockets.add(socket);
      }
    }
  }

  @Override
  public void say(byte[] message) throws IOException {
    byte[] framed =
        ByteBuffer.allocate(LENGTH_BYTES + message.length)
            .putInt(message.length)
            .put(message)
            .array();
    for (Socket socket : sockets) {
      socket.getOutputStream().write(framed);
    }
  }
}
