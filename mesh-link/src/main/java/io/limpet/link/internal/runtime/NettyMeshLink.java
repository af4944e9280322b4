package io.limpet.link.internal.runtime;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.LinkConfig;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkException;
import io.limpet.link.LinkInterface;
import io.limpet.link.LinkListener;
import io.limpet.link.LinkPrivileges;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.link.MeshLink;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import io.limpet.link.Protocol;
import io.limpet.link.SendOutcome;
import io.limpet.link.internal.engine.HelloSettings;
import io.limpet.link.internal.engine.LinkEngine;
import io.limpet.link.internal.engine.LinkOutput;
import io.limpet.link.internal.engine.LocalNode;
import io.limpet.link.internal.os.InterfaceSelector;
import io.limpet.link.internal.os.LinkControl.Capability;
import io.limpet.link.internal.os.NetworkMonitor;
import io.limpet.link.internal.os.platform.OsLinks;
import io.limpet.link.internal.os.portable.MachineSleep;
import io.limpet.link.internal.session.Sessions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The engine on Netty's sockets. */
final class NettyMeshLink implements MeshLink {
  private static final long CLOSE_WAIT_SECONDS = 5;

  private final EventLoopGroup group;
  private final EventLoop loop;
  private final LocalNode self;
  private final HomeLock lock;
  private final OsLinks os;
  private final InterfaceSelector interfaceSelector;
  private final LinkEngine engine;
  private final InterfaceBinder binder;
  private final LinkGroups groups;
  private final EventQueue events = new EventQueue();
  private final @Nullable Receiver[] receivers = new Receiver[16];
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile List<LinkInterface> interfaces = List.of();
  private volatile boolean closing;
  private @Nullable Future<?> timer;
  private long timerAtNs;
  private Set<Capability> able = Set.of();
  private long ingressNs;
  private final SuspendWatch suspendWatch;

  /** Makes the link; called on its event loop. */
  NettyMeshLink(
      EventLoopGroup group,
      EventLoop loop,
      Underlay underlay,
      LocalNode self,
      HomeLock lock,
      LinkConfig config,
      Sessions sessions) {
    this.group = group;
    this.loop = loop;
    this.self = self;
    this.lock = lock;
    this.suspendWatch = new SuspendWatch(now(), MachineSleep.sleptNs(now()));
    this.os = underlay.openLinks(loop, config);
    this.interfaceSelector = new InterfaceSelector(config.interfaces());
    this.engine =
        new LinkEngine(
            now(),
            self,
            HelloSettings.of(config.beaconAirtime()),
            config.announcement(),
            sessions,
            os.control(),
            new MonitorNeighbours(os.monitor()),
            new SecureRandom(),
            new Output(),
            PooledByteBufAllocator.DEFAULT);
    engine.measureWith(System::nanoTime);
    this.groups = new LinkGroups(engine.groups(), this::now);
    this.binder =
        new InterfaceBinder(
            loop,
            underlay,
            engine,
            new Arrivals(),
            events,
            this::now,
            this::isWanted,
            config.port(),
            this::afterInterfaces);
  }

  /** Watches the machine and opens the first sockets; called on the event loop. */
  void start(LinkConfig config) throws LinkException {
    NetworkMonitor monitor = os.monitor();
    monitor.start(new MachineChanges(binder, engine, this::now, this::afterEngine));
    able = os.control().capabilities();
    os.control().listen(this::onControlNews);
    interfaceSelector.check(monitor);
    List<LinkInterface> selected = interfaceSelector.select(monitor);
    if (selected.isEmpty()) {
      throw new LinkException(
          "no usable interface: of "
              + monitor.interfaces().stream().map(LinkInterface::name).toList()
              + " none is up and does multicast; bring one up, or name one to wait for it");
    }
    for (LinkInterface nif : selected) {
      if (!nif.multicast() && !config.interfaces().isEmpty()) {
        throw new LinkException(
            "interface " + nif.name() + " cannot do multicast: name another one");
      }
      binder.onInterface(nif);
    }
    if (binder.isPortTaken()) {
      throw new LinkException(
          "UDP port "
              + config.port()
              + " is in use by another program: stop it, or choose another port for the whole"
              + " mesh with --port");
    }
    String why = binder.whyNone();
    if (why != null && !why.isEmpty()) {
      throw new LinkException("cannot open sockets: " + why);
    }
    afterEngine();
    planTick();
  }

  private void planTick() {
    var unused = loop.schedule(this::onTick, SuspendWatch.TICK_NS, TimeUnit.NANOSECONDS);
  }

  private void onTick() {
    if (!closing) {
      noticeSuspension(now());
      planTick();
    }
  }

  /** After a suspension this comes before all else, so that nobody is blamed for our silence. */
  private void noticeSuspension(long nowNs) {
    long suspendedNs = suspendWatch.onTick(nowNs, MachineSleep.sleptNs(nowNs));
    if (suspendedNs > 0) {
      engine.onResumed(nowNs, suspendedNs);
      afterEngine();
    }
  }

  private boolean isWanted(LinkInterface nif) {
    return interfaceSelector.accepts(nif, os.monitor().detail(nif.index()));
  }

  private long now() {
    return loop.ticker().nanoTime();
  }

  private void afterInterfaces() {
    interfaces = binder.inUse();
    afterEngine();
  }

  /** What the engine wants is done now: datagrams go out, events are told, the timer is set. */
  private void afterEngine() {
    events.drain();
    binder.flush();
    setTimer();
  }

  /** An outcome has come that was promised for later, or another daemon is there than before. */
  private void onControlNews() {
    if (closing) {
      return;
    }
    Set<Capability> now = os.control().capabilities();
    if (!now.equals(able)) {
      able = now;
      engine.onAbilitiesChanged(now());
    }
    afterEngine();
  }

  private void setTimer() {
    long dueNs = engine.nextDeadlineNs();
    if (closing || dueNs == Long.MAX_VALUE) {
      return;
    }
    Future<?> planned = timer;
    if (planned != null) {
      if (timerAtNs - dueNs <= 0) {
        return; // the planned call comes first and plans anew
      }
      planned.cancel(false);
    }
    timerAtNs = dueNs;
    timer = loop.schedule(this::onTimer, Math.max(0, dueNs - now()), TimeUnit.NANOSECONDS);
  }

  private void onTimer() {
    timer = null;
    if (!closing) {
      long nowNs = now();
      if (suspendWatch.isOverdue(nowNs)) {
        noticeSuspension(nowNs);
      }
      engine.onDeadline(nowNs);
      afterEngine();
    }
  }

  // ---- MeshDatagrams: on the loop ----

  @Override
  public EventLoop eventLoop() {
    return loop;
  }

  @Override
  public MeshAddress localAddress() {
    return self.identity().address();
  }

  @Override
  public int maxPayloadBytes(MeshAddress peer) {
    return engine.maxPayloadBytes(peer);
  }

  @Override
  public int largestPayloadBytes(MeshAddress peer) {
    return engine.largestPayloadBytes(peer);
  }

  @Override
  public int receivablePayloadBytes(MeshAddress peer) {
    return engine.receivablePayloadBytes();
  }

  @Override
  public SendOutcome send(MeshAddress peer, Protocol protocol, ByteBuf payload) {
    if (closing) {
      payload.release();
      return SendOutcome.NO_CAPACITY;
    }
    return engine.send(now(), peer, protocol.code(), payload);
  }

  @Override
  public void flush() {
    binder.flush();
    setTimer();
  }

  @Override
  public void setReceiver(Protocol protocol, Receiver receiver) {
    receivers[protocol.code()] = receiver;
  }

  @Override
  public MeshGroups groups() {
    return groups;
  }

  @Override
  public void addListener(LinkListener listener) {
    if (!loop.inEventLoop()) {
      loop.execute(() -> addListener(listener));
      return;
    }
    List<LinkEvent> present = new ArrayList<>();
    for (PeerReport peer : engine.peers(now())) {
      if (peer.path() != PathState.SILENT) {
        present.add(new LinkEvent.PeerHeard(peer.info().address(), peer.info(), false));
      }
    }
    events.addListener(listener, present);
  }

  @Override
  public void removeListener(LinkListener listener) {
    if (!loop.inEventLoop()) {
      loop.execute(() -> removeListener(listener));
      return;
    }
    events.removeListener(listener);
  }

  // ---- MeshLink: any thread ----

  @Override
  public long epoch() {
    return self.epoch();
  }

  @Override
  public String nickname() {
    return self.nickname();
  }

  @Override
  public Bytes signingKey() {
    return self.identity().signingKey();
  }

  @Override
  public void setAnnouncement(Bytes announcement) {
    if (announcement.length() > MAX_ANNOUNCEMENT_BYTES) {
      throw new IllegalArgumentException(
          "an announcement has at most " + MAX_ANNOUNCEMENT_BYTES + " bytes");
    }
    if (!closing) {
      loop.execute(
          () -> {
            if (!closing) {
              engine.setAnnouncement(now(), announcement);
              afterEngine();
            }
          });
    }
  }

  @Override
  public CompletionStage<List<PeerReport>> peers() {
    return onLoop(() -> engine.peers(now()));
  }

  @Override
  public CompletionStage<Optional<PeerReport>> peer(MeshAddress address) {
    return onLoop(() -> engine.peer(now(), address));
  }

  @Override
  public CompletionStage<LinkPrivileges> privileges() {
    return onLoop(() -> os.control().privileges());
  }

  private <T> CompletionStage<T> onLoop(Callable<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    if (closing) {
      answer.completeExceptionally(new LinkException("the link is closed"));
      return answer;
    }
    loop.execute(
        () -> {
          try {
            answer.complete(question.call());
          } catch (Exception e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  @Override
  public List<LinkInterface> interfaces() {
    return interfaces;
  }

  @Override
  public CompletionStage<Void> shutdown() {
    loop.execute(this::closeOnLoop);
    return closed;
  }

  private void closeOnLoop() {
    if (closing) {
      return;
    }
    engine.goodbye(now());
    afterEngine();
    closing = true;
    Future<?> planned = timer;
    if (planned != null) {
      planned.cancel(false);
    }
    release();
    interfaces = List.of();
    group
        .shutdownGracefully(0, CLOSE_WAIT_SECONDS, TimeUnit.SECONDS)
        .addListener(done -> closed.complete(null));
  }

  /** Releases what needs no goodbye; also when the start has failed. */
  void release() {
    closing = true;
    groups.close();
    binder.close();
    os.close();
    lock.close();
  }

  @Override
  public void close() {
    if (loop.inEventLoop()) {
      throw new IllegalStateException("close() blocks: use shutdown() on the event loop");
    }
    if (!loop.isShuttingDown()) {
      shutdown();
    }
    try {
      closed.get(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the link did not close in time", e);
    }
  }

  // ---- between engine, sockets and machine ----

  private final class Output implements LinkOutput {
    @Override
    public boolean transmit(
        int interfaceIndex,
        Carrier carrier,
        @Nullable InetSocketAddress destination,
        ByteBuf datagram) {
      CarrierPort port = port(interfaceIndex, carrier);
      if (port == null) {
        datagram.release();
        return false;
      }
      return port.send(destination, datagram);
    }

    @Override
    public boolean hasRoom(int interfaceIndex, Carrier carrier) {
      CarrierPort port = port(interfaceIndex, carrier);
      return port != null && port.hasRoom();
    }

    private @Nullable CarrierPort port(int interfaceIndex, Carrier carrier) {
      InterfacePorts ports = binder.ports(interfaceIndex);
      return ports == null ? null : ports.get(carrier);
    }

    @Override
    public void rejoin(int interfaceIndex, Carrier carrier) {
      // Not now: the engine is at work, and a new port is news to it.
      loop.execute(
          () -> {
            if (!closing) {
              binder.rejoin(interfaceIndex, carrier);
            }
          });
    }

    @Override
    public void deliver(MeshAddress from, int protocolCode, ByteBuf payload) {
      Receiver receiver = receivers[protocolCode & 0xF];
      if (receiver != null) {
        events.drain(); // what happened before this datagram is told before it
        receiver.onDatagram(from, payload, ingressNs);
      }
    }

    @Override
    public void deliverToGroup(Bytes groupId, MeshAddress from, long keyNumber, ByteBuf payload) {
      events.drain();
      groups.deliver(groupId, from, keyNumber, payload, ingressNs);
    }

    @Override
    public void emit(LinkEvent event) {
      events.add(event);
    }
  }

  private final class Arrivals implements CarrierPort.Listener {
    @Override
    public void onDatagram(CarrierPort port, InetSocketAddress source, ByteBuf datagram) {
      ingressNs = now();
      if (suspendWatch.isOverdue(ingressNs)) {
        noticeSuspension(ingressNs);
      }
      engine.onDatagram(ingressNs, port.interfaceIndex(), port.carrier(), source, datagram);
    }

    @Override
    public void onReadComplete() {
      if (closing) {
        return;
      }
      for (Receiver receiver : receivers) {
        if (receiver != null) {
          receiver.onBatchComplete();
        }
      }
      groups.onBatchComplete();
      afterEngine();
    }

    @Override
    public void onTooLarge(CarrierPort port) {
      // It may be told in the middle of sending, where the engine is not to be entered again.
      loop.execute(
          () -> {
            if (!closing) {
              engine.onTooLarge(now(), port.interfaceIndex(), port.carrier());
              afterEngine();
            }
          });
    }

    @Override
    public void onClosed(CarrierPort port) {
      binder.onPortClosed(port);
    }
  }
}
