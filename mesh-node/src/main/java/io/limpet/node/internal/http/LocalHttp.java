package io.limpet.node.internal.http;

import io.limpet.node.NodeException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Answers GET requests for a few paths, over HTTP/1.1, to programs of this machine.
 *
 * <p>It has a thread of its own, so that nobody who reads slowly keeps the link waiting. Requests,
 * their number at a time and the time that they take are bounded. What comes from a page of another
 * origin, or by a name that somebody pointed at this machine, is refused (see {@link
 * RequestRules}). Safe for any thread.
 */
public final class LocalHttp implements AutoCloseable {
  private static final int MAX_LINE_BYTES = 4096;
  private static final int MAX_HEADER_BYTES = 8192;
  private static final int MAX_BODY_BYTES = 8192;
  private static final int MAX_CONNECTIONS = 32;
  private static final int IDLE_SECONDS = 30;

  private final EventLoopGroup group;
  private final Channel server;

  private LocalHttp(EventLoopGroup group, Channel server) {
    this.group = group;
    this.server = server;
  }

  /**
   * Starts listening.
   *
   * @param at where; port 0 for one that is free
   * @param pages what answers each path; called on the server's thread, and must not block
   * @throws NodeException with one line, when the port cannot be had
   */
  public static LocalHttp start(InetSocketAddress at, Map<String, Supplier<HttpAnswer>> pages)
      throws NodeException {
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("limpet-http", true), NioIoHandler.newFactory());
    AtomicInteger open = new AtomicInteger();
    Map<String, Supplier<HttpAnswer>> fixed = Map.copyOf(pages);
    try {
      Channel server =
          new ServerBootstrap()
              .group(group)
              .channel(NioServerSocketChannel.class)
              .childHandler(
                  new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                      if (open.incrementAndGet() > MAX_CONNECTIONS) {
                        client.close();
                      }
                      client.closeFuture().addListener(closed -> open.decrementAndGet());
                      client
                          .pipeline()
                          .addLast(new ReadTimeoutHandler(IDLE_SECONDS, TimeUnit.SECONDS))
                          .addLast(
                              new HttpServerCodec(
                                  new HttpDecoderConfig()
                                      .setMaxInitialLineLength(MAX_LINE_BYTES)
                                      .setMaxHeaderSize(MAX_HEADER_BYTES)))
                          .addLast(new HttpObjectAggregator(MAX_BODY_BYTES, true))
                          .addLast(new RequestHandler(fixed));
                    }
                  })
              .bind(at)
              .sync()
              .channel();
      return new LocalHttp(group, server);
    } catch (InterruptedException e) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      Thread.currentThread().interrupt();
      throw new NodeException("interrupted", e);
    } catch (Exception e) { // bind throws what is checked without saying so
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new NodeException(
          "HTTP cannot be served at "
              + at.getHostString()
              + ":"
              + at.getPort()
              + " ("
              + e.getMessage()
              + "): choose another port",
          e);
    }
  }

  /** Returns where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /** Stops listening and ends what is open, within a bounded time. */
  @Override
  public void close() {
    server.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
