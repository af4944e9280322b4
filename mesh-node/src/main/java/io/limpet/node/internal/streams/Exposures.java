package io.limpet.node.internal.streams;

import io.limpet.link.MeshAddress;
import io.limpet.node.internal.streams.OpeningView.Way;
import io.limpet.presence.Person;
import io.limpet.presence.Roster;
import io.limpet.tcp.MeshChannelOption;
import io.limpet.tcp.MeshTcp;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Programs of this machine that peers may reach, behind one mesh port that is open while there are
 * any. Confined to the streams' loop.
 */
final class Exposures {
  private static final int BACKLOG = 64;
  private static final int TARGET_MS = 10_000;

  /**
   * One program.
   *
   * @param port its mesh port
   * @param name its name, or null
   * @param to where it takes connections: the next is tried when one refuses
   */
  record Exposed(
      Opening opening,
      String port,
      @Nullable String name,
      List<InetSocketAddress> to,
      WhoMay allowed) {
    boolean goesBy(String service) {
      return service.equals(port) || service.equals(name);
    }
  }

  private final EventLoop loop;
  private final MeshAddress self;
  private final MeshTcp tcp;
  private final Roster roster;
  private final Budget budget;
  private final Consumer<StreamEvent> tell;
  private final Opening strays;
  private final List<Exposed> exposed = new ArrayList<>();
  private @Nullable CompletableFuture<Channel> listener;

  Exposures(
      EventLoop loop,
      MeshAddress self,
      MeshTcp tcp,
      Roster roster,
      Budget budget,
      Consumer<StreamEvent> tell) {
    this.loop = loop;
    this.self = self;
    this.tcp = tcp;
    this.roster = roster;
    this.budget = budget;
    this.tell = tell;
    // Who asks for what is not there is told of all the same, and as seldom.
    this.strays = new Opening(loop, Way.EXPOSE, 0, "", null, null, event -> {});
  }

  /** Adds a program; done when it can be reached. */
  CompletionStage<Exposed> add(Exposed program) {
    for (Exposed other : exposed) {
      if (other.goesBy(program.port) || (program.name != null && other.goesBy(program.name))) {
        return CompletableFuture.failedFuture(
            new IOException(other.opening.view().at() + " is exposed already"));
      }
    }
    exposed.add(program);
    program.opening.ended().thenRun(() -> remove(program));
    CompletableFuture<Channel> bound = listener;
    if (bound == null) {
      bound = listen();
      listener = bound;
    }
    return bound.thenApply(channel -> program);
  }

  private void remove(Exposed program) {
    exposed.remove(program);
    CompletableFuture<Channel> bound = listener;
    if (exposed.isEmpty() && bound != null) {
      listener = null;
      bound.thenAccept(Channel::close);
    }
  }

  private CompletableFuture<Channel> listen() {
    CompletableFuture<Channel> bound = new CompletableFuture<>();
    new ServerBootstrap()
        .group(loop)
        .channelFactory(tcp.serverChannels())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(MeshChannelOption.KEEP_ALIVE_TIME, Dial.KEEP_ALIVE)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel child) {
                accept((DuplexChannel) child);
              }
            })
        .bind(self.at(StreamProtocol.PORT))
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (done.isSuccess()) {
                    bound.complete(done.channel());
                  } else {
                    listener = null;
                    bound.completeExceptionally(done.cause());
                  }
                });
    return bound;
  }

  private void accept(DuplexChannel mesh) {
    MeshAddress peer = MeshAddress.of(((InetSocketAddress) mesh.remoteAddress()).getAddress());
    if (!budget.takeInbound(peer)) {
      refuse(mesh, peer, strays, "any", Refusal.BUSY);
      return;
    }
    mesh.closeFuture().addListener(closed -> budget.giveInbound(peer));
    mesh.pipeline().addLast(new Question((ctx, service) -> serve(mesh, peer, service)));
  }

  private void serve(DuplexChannel mesh, MeshAddress peer, String service) {
    Optional<Exposed> program = exposed.stream().filter(e -> e.goesBy(service)).findFirst();
    if (program.isEmpty()) {
      refuse(mesh, peer, strays, service, Refusal.NOT_EXPOSED);
    } else if (!program.get().allowed.admits(roster, peer)) {
      refuse(mesh, peer, program.get().opening, service, Refusal.NOT_ALLOWED);
    } else {
      mesh.config().setAutoRead(false);
      program.get().opening.add(mesh);
      connect(mesh, peer, program.get(), service, 0);
    }
  }

  private void connect(
      DuplexChannel mesh, MeshAddress peer, Exposed program, String service, int attempt) {
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, TARGET_MS)
        .handler(new ChannelInboundHandlerAdapter())
        .connect(program.to.get(attempt))
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (done.isSuccess()) {
                    join(mesh, (DuplexChannel) done.channel(), peer, program, service);
                  } else if (isRefused(done.cause()) && attempt + 1 < program.to.size()) {
                    connect(mesh, peer, program, service, attempt + 1);
                  } else {
                    refuse(
                        mesh,
                        peer,
                        program.opening,
                        service,
                        isRefused(done.cause()) ? Refusal.TARGET_REFUSED : Refusal.TARGET_SILENT);
                  }
                });
  }

  private static boolean isRefused(Throwable cause) {
    return cause instanceof ConnectException && !(cause instanceof ConnectTimeoutException);
  }

  private void join(
      DuplexChannel mesh, DuplexChannel local, MeshAddress peer, Exposed program, String service) {
    Opening opening = program.opening;
    if (opening.isOver()) {
      Relay.abort(local);
      Relay.abort(mesh);
      return;
    }
    opening.add(local);
    String name = nameOf(peer);
    tell(
        opening::opened, new StreamEvent("opened", Way.EXPOSE, peer, name, service, 0, 0, null, 0));
    ByteBuf answer = mesh.alloc().buffer(StreamProtocol.ANSWER_BYTES);
    StreamProtocol.writeAnswer(answer, StreamProtocol.OPEN);
    mesh.writeAndFlush(answer);
    Relay relay =
        Relay.join(
            local,
            mesh,
            (sent, received, reason) ->
                tell(
                    opening::closed,
                    new StreamEvent(
                        "closed", Way.EXPOSE, peer, name, service, sent, received, reason, 0)));
    mesh.pipeline().remove(Question.class);
    relay.start();
  }

  private void refuse(
      Channel mesh, MeshAddress peer, Opening opening, String service, Refusal refusal) {
    ByteBuf answer = mesh.alloc().buffer(StreamProtocol.ANSWER_BYTES);
    StreamProtocol.writeAnswer(answer, refusal.code());
    mesh.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    long count = opening.countRefusal(loop.ticker().nanoTime());
    if (count > 0) {
      tell(
          opening::refused,
          new StreamEvent(
              "refused",
              Way.EXPOSE,
              peer,
              nameOf(peer),
              service,
              0,
              0,
              refusal.describe(service),
              count));
    }
  }

  private void tell(Consumer<StreamEvent> opening, StreamEvent event) {
    opening.accept(event);
    tell.accept(event);
  }

  private String nameOf(MeshAddress peer) {
    return roster.person(peer).map(Person::name).orElse(peer.shortForm());
  }
}
