package io.limpet.link.internal.runtime;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Chooses epoll where it is available, NIO elsewhere. */
final class EventLoops {
  private EventLoops() {}

  /** Makes a group of one daemon thread. */
  static EventLoopGroup single() {
    IoHandlerFactory factory =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(
        1, new DefaultThreadFactory("limpet-link", true), factory);
  }

  static boolean isEpoll() {
    return Epoll.isAvailable();
  }

  static DatagramChannel newChannel(boolean ipv6) {
    SocketProtocolFamily family = ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    return Epoll.isAvailable() ? new EpollDatagramChannel(family) : new NioDatagramChannel(family);
  }
}
