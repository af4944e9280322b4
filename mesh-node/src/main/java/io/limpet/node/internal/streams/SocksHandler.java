package io.limpet.node.internal.streams;

import io.limpet.link.MeshAddress;
import io.limpet.node.internal.streams.Streams.MeshNames;
import io.limpet.presence.Person;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialResponse;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.netty.handler.codec.socksx.v5.Socks5AuthMethod;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequest;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5CommandStatus;
import io.netty.handler.codec.socksx.v5.Socks5CommandType;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequest;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5Message;
import io.netty.handler.codec.socksx.v5.Socks5ServerEncoder;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.IDN;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes a local program's connection where it says, by SOCKS5 (RFC 1928) without authentication.
 */
final class SocksHandler extends ChannelInboundHandlerAdapter {
  private static final String MESH = ".mesh";
  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x21-\\x7e]");
  private static final long PATIENCE_S = 10;

  private final Outbound outbound;
  private final MeshNames names;
  private @Nullable ScheduledFuture<?> deadline;
  private boolean commanded;

  /** What a program says before it is told that it may: what one read brought at most. */
  private final Deque<ByteBuf> early = new ArrayDeque<>();

  SocksHandler(Outbound outbound, MeshNames names) {
    this.outbound = outbound;
    this.names = names;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (!outbound.take(ctx.channel())) {
      outbound.refused(ctx.channel().eventLoop(), null, "?", "?", Refusal.BUSY_HERE.describe(""));
      Relay.abort(ctx.channel());
      return;
    }
    ctx.pipeline()
        .addBefore(ctx.name(), "encoder", Socks5ServerEncoder.DEFAULT)
        .addBefore(ctx.name(), "decoder", new Socks5InitialRequestDecoder());
    deadline = ctx.executor().schedule(() -> ctx.close(), PATIENCE_S, TimeUnit.SECONDS);
    ctx.channel().config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    if (read instanceof ByteBuf bytes) {
      early.add(bytes);
    } else if (read instanceof Socks5Message message) {
      read(ctx, message);
    }
  }

  private void read(ChannelHandlerContext ctx, Socks5Message message) {
    if (!message.decoderResult().isSuccess()) {
      ctx.close();
    } else if (message instanceof Socks5InitialRequest initial) {
      greet(ctx, initial);
    } else if (message instanceof Socks5CommandRequest request && !commanded) {
      commanded = true;
      command(ctx, request);
    } else {
      ctx.close();
    }
  }

  private static void greet(ChannelHandlerContext ctx, Socks5InitialRequest initial) {
    if (!initial.authMethods().contains(Socks5AuthMethod.NO_AUTH)) {
      ctx.writeAndFlush(new DefaultSocks5InitialResponse(Socks5AuthMethod.UNACCEPTED))
          .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    ctx.writeAndFlush(new DefaultSocks5InitialResponse(Socks5AuthMethod.NO_AUTH));
    ctx.pipeline().replace("decoder", "decoder", new Socks5CommandRequestDecoder());
  }

  private void command(ChannelHandlerContext ctx, Socks5CommandRequest request) {
    ScheduledFuture<?> waiting = deadline;
    if (waiting != null) {
      waiting.cancel(false);
    }
    if (!request.type().equals(Socks5CommandType.CONNECT)) {
      answer(ctx, Socks5CommandStatus.COMMAND_UNSUPPORTED).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    DuplexChannel local = (DuplexChannel) ctx.channel();
    EventLoop loop = local.eventLoop();
    String host = UNPRINTABLE.matcher(String.valueOf(request.dstAddr())).replaceAll("?");
    String service = Integer.toString(request.dstPort());
    try {
      Person peer = find(host, request.dstPort());
      local.config().setAutoRead(false);
      Promise<DuplexChannel> opened = loop.newPromise();
      opened.addListener(
          done -> {
            if (done.isSuccess()) {
              join(ctx, local, opened.getNow(), peer, service);
            } else {
              refuse(ctx, done.cause());
            }
          });
      outbound.open(loop, peer.address(), peer.name(), service, opened);
    } catch (StreamRefusedException e) {
      outbound.refused(loop, null, host, service, String.valueOf(e.getMessage()));
      refuse(ctx, e);
    }
  }

  private Person find(String host, int port) throws StreamRefusedException {
    if (port == 0) {
      throw StreamRefusedException.of(Refusal.NOT_MESH, "0");
    }
    if (host.indexOf(':') >= 0) {
      Optional<MeshAddress> address = WhoMay.address(host);
      if (address.isEmpty()) {
        throw StreamRefusedException.of(Refusal.NOT_MESH, host);
      }
      return names.find(address.get().toString());
    }
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    if (!name.toLowerCase(Locale.ROOT).endsWith(MESH)) {
      throw StreamRefusedException.of(Refusal.NOT_MESH, host);
    }
    Person person = names.find(IDN.toUnicode(name));
    if (person.keyChanged()) {
      // A program cannot be warned as a person can.
      throw new StreamRefusedException(
          Refusal.NOT_MESH,
          person.name() + " has another key than before: 'limpet verify', or use the address");
    }
    return person;
  }

  private void join(
      ChannelHandlerContext ctx,
      DuplexChannel local,
      DuplexChannel mesh,
      Person peer,
      String service) {
    if (!local.isActive()) {
      mesh.close();
      return;
    }
    answer(ctx, Socks5CommandStatus.SUCCESS);
    Relay relay = outbound.join(local, mesh, peer.address(), peer.name(), service);
    mesh.pipeline().remove(Answer.class);
    while (!early.isEmpty()) {
      ctx.fireChannelRead(early.remove());
    }
    ctx.fireChannelReadComplete();
    ChannelPipeline pipeline = local.pipeline();
    pipeline.remove("encoder");
    pipeline.remove("decoder");
    pipeline.remove(this);
    relay.start();
  }

  /** RFC 1928 section 6. */
  private static Socks5CommandStatus status(Refusal refusal) {
    return switch (refusal) {
      case NOT_EXPOSED, TARGET_REFUSED -> Socks5CommandStatus.CONNECTION_REFUSED;
      case NOT_ALLOWED, NOT_MESH -> Socks5CommandStatus.FORBIDDEN;
      case TARGET_SILENT -> Socks5CommandStatus.TTL_EXPIRED;
      case UNKNOWN_PERSON, PEER_SILENT -> Socks5CommandStatus.HOST_UNREACHABLE;
      case BUSY, BUSY_HERE, BROKEN -> Socks5CommandStatus.FAILURE;
    };
  }

  private static void refuse(ChannelHandlerContext ctx, Throwable cause) {
    Socks5CommandStatus status =
        cause instanceof StreamRefusedException refused
            ? status(refused.refusal())
            : Socks5CommandStatus.FAILURE;
    answer(ctx, status).addListener(ChannelFutureListener.CLOSE);
  }

  private static ChannelFuture answer(ChannelHandlerContext ctx, Socks5CommandStatus status) {
    return ctx.writeAndFlush(
        new DefaultSocks5CommandResponse(status, Socks5AddressType.IPv4, "0.0.0.0", 0));
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    while (!early.isEmpty()) {
      early.remove().release();
    }
  }

  /** Who ends before the answer wants none. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
