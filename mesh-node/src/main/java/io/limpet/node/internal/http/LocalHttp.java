package io.limpet.node.internal.http;

import io.limpet.node.NodeException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers GET and POST requests for a few paths, over HTTP/1.1, to programs of this machine.
 *
 * <p>It has a thread of its own, so that nobody who reads slowly keeps the link waiting. Requests,
 * their number at a time and the time that they take are bounded. What comes from a page of another
 * origin, or by a name that somebody pointed at this machine, is refused (see {@link
 * RequestRules}). Safe for any thread.
 */
public final class LocalHttp implements AutoCloseable {
  /** Largest body of a request. */
  public static final int MAX_BODY_BYTES = 64 << 10;

  /** How long one request and its answer may take. */
  public static final int DEADLINE_SECONDS = 30;

  /** Most event streams at a time: beside them there is always room for requests. */
  static final int MAX_STREAMS = 16;

  private static final int MAX_CONNECTIONS = 48;
  private static final int MAX_LINE_BYTES = 4096;
  private static final int MAX_HEADER_BYTES = 8192;
  private static final WriteBufferWaterMark UNREAD_BYTES =
      new WriteBufferWaterMark(256 << 10, 1 << 20);

  private final EventLoopGroup group;
  private final Routes routes;
  private final Channel server;

  private LocalHttp(EventLoopGroup group, Routes routes, Channel server) {
    this.group = group;
    this.routes = routes;
    this.server = server;
  }

  /**
   * Starts listening; every path is answered by 404 until it has a handler.
   *
   * @param at where; port 0 for one that is free
   * @throws NodeException with one line, when the port cannot be had
   */
  public static LocalHttp start(InetSocketAddress at) throws NodeException {
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("limpet-http", true), NioIoHandler.newFactory());
    Routes routes = new Routes();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD_BYTES)
            .childHandler(new Connections(routes));
    try {
      return new LocalHttp(group, routes, bootstrap.bind(at).sync().channel());
    } catch (InterruptedException e) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      Thread.currentThread().interrupt();
      throw new NodeException("interrupted", e);
    } catch (Exception e) { // bind throws what is checked without saying so
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new NodeException(
          "HTTP cannot be served at "
              + HttpServers.written(at)
              + " ("
              + e.getMessage()
              + "): choose another address or port",
          e);
    }
  }

  /**
   * Answers GET requests for a path from now on.
   *
   * @param path exactly, such as {@code /metrics}
   * @throws IllegalArgumentException when somebody answers it already
   */
  public void get(String path, HttpHandler handler) {
    routes.add(Routes.GET, path, handler);
  }

  /** Answers POST requests for a path from now on; otherwise as {@link #get}. */
  public void post(String path, HttpHandler handler) {
    routes.add(Routes.POST, path, handler);
  }

  /**
   * Answers requests of any method for all paths that nobody else answers.
   *
   * @throws IllegalArgumentException when somebody does so already
   */
  public void otherwise(HttpHandler handler) {
    routes.addOthers(handler);
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

  /** Sets each connection up, as long as there are not too many. */
  private static final class Connections extends ChannelInitializer<SocketChannel> {
    private final Routes routes;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();

    Connections(Routes routes) {
      this.routes = routes;
    }

    @Override
    protected void initChannel(SocketChannel client) {
      client.closeFuture().addListener(closed -> open.decrementAndGet());
      if (open.incrementAndGet() > MAX_CONNECTIONS) {
        client.close();
        return;
      }
      client
          .pipeline()
          .addLast(
              new HttpServerCodec(
                  new HttpDecoderConfig()
                      .setMaxInitialLineLength(MAX_LINE_BYTES)
                      .setMaxHeaderSize(MAX_HEADER_BYTES)))
          .addLast(new HttpObjectAggregator(MAX_BODY_BYTES, true))
          .addLast(new RequestHandler(routes, streams));
    }
  }
}
