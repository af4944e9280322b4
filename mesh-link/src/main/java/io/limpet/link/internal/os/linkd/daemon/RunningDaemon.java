package io.limpet.link.internal.os.linkd.daemon;

import io.limpet.link.LinkDaemonConfig;
import io.limpet.link.LinkException;
import io.limpet.link.LinkInterface;
import io.limpet.link.SiteHook;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.LinkControl.Capability;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import io.limpet.link.internal.os.hook.HookRunner;
import io.limpet.link.internal.os.linux.LinuxDatagramProbe;
import io.limpet.link.internal.os.linux.NetlinkMonitor;
import io.limpet.link.internal.os.linux.PrivilegedLinkControl;
import io.limpet.link.internal.os.linux.ProcessCapabilities;
import io.limpet.link.internal.os.portable.OrdinaryLinkControl;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The daemon, put together. */
public final class RunningDaemon implements AutoCloseable {
  private static final long CLOSE_WAIT_SECONDS = 5;
  private static final int OTHERS_WRITE = 022;

  private final EventLoopGroup group;
  private final NetworkMonitor monitor;
  private final LinkdOperations operations;
  private final LinkdServer server;
  private final Channel listening;

  private RunningDaemon(
      EventLoopGroup group,
      NetworkMonitor monitor,
      LinkdOperations operations,
      LinkdServer server,
      Channel listening) {
    this.group = group;
    this.monitor = monitor;
    this.operations = operations;
    this.server = server;
    this.listening = listening;
  }

  /** Starts one; blocks until it listens. */
  public static RunningDaemon start(LinkDaemonConfig config, Consumer<String> log)
      throws LinkException {
    if (!Epoll.isAvailable()) {
      throw new LinkException("linkd runs on Linux only");
    }
    Admission admission = AccountNames.admission(config);
    check(config.siteHook());
    Set<Capability> claimed = ProcessCapabilities.effective();
    SocketFile.prepare(config.socket());
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("limpet-linkd", false), EpollIoHandler.newFactory());
    try {
      return start(config, log, admission, claimed, group);
    } catch (LinkException | RuntimeException e) {
      var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw e;
    }
  }

  private static RunningDaemon start(
      LinkDaemonConfig config,
      Consumer<String> log,
      Admission admission,
      Set<Capability> claimed,
      EventLoopGroup group)
      throws LinkException {
    EventLoop loop = group.next();
    NetworkMonitor monitor = on(loop, () -> startMonitor((IoEventLoop) loop));
    LinkControl control =
        new PrivilegedLinkControl(
            claimed,
            new OrdinaryLinkControl(monitor, new LinuxDatagramProbe(), new SplittableRandom()));
    if (control.capabilities().isEmpty()) {
      control.close();
      throw new LinkException(
          "linkd needs CAP_NET_ADMIN and CAP_NET_RAW: start it as root, or by its systemd unit");
    }
    SiteHook hook = config.siteHook();
    HookRunner runner = hook == null ? null : new HookRunner(hook, loop, () -> {});
    LinkdPolicy policy = new LinkdPolicy(monitor, Set.copyOf(config.interfaces()));
    LinkdOperations operations = new LinkdOperations(policy, control, runner, loop);
    LinkdServer server = new LinkdServer(loop, admission, config.interfaces(), operations, log);
    Channel listening = listen(config.socket(), loop, server);
    SocketFile.open(config.socket());
    for (String name : config.interfaces()) {
      if (on(loop, () -> policy.named(name)) == null) {
        log.accept("interface " + name + " is not there or not up yet");
      }
    }
    loop.execute(server::start);
    return new RunningDaemon(group, monitor, operations, server, listening);
  }

  private static Channel listen(Path socket, EventLoop loop, LinkdServer server)
      throws LinkException {
    var bound =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerDomainSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast("door", server.new Door());
                  }
                })
            .bind(new DomainSocketAddress(socket.toFile()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new LinkException(
          "the socket " + socket + " cannot be made: " + bound.cause().getMessage());
    }
    return bound.channel();
  }

  private static NetworkMonitor startMonitor(IoEventLoop loop) throws IOException {
    NetworkMonitor monitor = new NetlinkMonitor(loop);
    monitor.start(new Deaf());
    return monitor;
  }

  private static <T extends @Nullable Object> T on(EventLoop loop, Callable<T> what)
      throws LinkException {
    try {
      return loop.submit(what).get();
    } catch (java.util.concurrent.ExecutionException e) {
      throw new LinkException("linkd cannot watch the interfaces: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LinkException("interrupted while linkd was starting", e);
    }
  }

  /** What root runs for others is a file that only root writes. */
  private static void check(@Nullable SiteHook hook) throws LinkException {
    if (hook == null) {
      return;
    }
    Path program = Path.of(hook.words().get(0));
    try {
      boolean fit =
          program.isAbsolute()
              && Files.isRegularFile(program)
              && Files.isExecutable(program)
              && Files.getAttribute(program, "unix:uid").equals(0)
              && ((Integer) Files.getAttribute(program, "unix:mode") & OTHERS_WRITE) == 0;
      if (!fit) {
        throw new LinkException(
            "the site hook's program "
                + program
                + " is not an absolute path of a program that root owns and nobody else may write");
      }
    } catch (IOException e) {
      throw new LinkException("the site hook's program " + program + " cannot be read", e);
    }
  }

  /** Returns how many clients were refused since the start. Any thread. */
  public long refusedClients() {
    return server.counters().refusedClients();
  }

  /** Returns how many clients did not speak the protocol. Any thread. */
  public long malformed() {
    return server.counters().malformed();
  }

  /** Returns how many operations were carried out. Any thread. */
  public long done() {
    return server.counters().done();
  }

  /** Returns how many operations were not carried out. Any thread. */
  public long denied() {
    return server.counters().denied();
  }

  @Override
  public void close() {
    listening.close().awaitUninterruptibly(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS);
    EventLoop loop = listening.eventLoop();
    if (!loop.isShuttingDown()) {
      loop.submit(
              () -> {
                operations.close();
                monitor.close();
              })
          .awaitUninterruptibly(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS);
    }
    group
        .shutdownGracefully(0, CLOSE_WAIT_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS);
  }

  /** The daemon looks things up when asked; no change is of interest by itself. */
  private static final class Deaf implements NetworkMonitor.Listener {
    @Override
    public void onInterfaceChanged(LinkInterface now) {}

    @Override
    public void onInterfaceRemoved(int interfaceIndex, String name) {}

    @Override
    public void onAddressAdded(int interfaceIndex, InetAddress address) {}

    @Override
    public void onAddressRemoved(int interfaceIndex, InetAddress address) {}

    @Override
    public void onNeighbourChanged(NeighbourEntry entry) {}

    @Override
    public void onNeighbourRemoved(int interfaceIndex, InetAddress ip) {}
  }
}
