package io.limpet.link.internal.runtime;

import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.engine.LinkEngine;
import io.limpet.link.internal.engine.LinkPort;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ports and engine in line with the machine's interfaces as they come, change and go.
 * Confined to the event loop.
 */
final class InterfaceBinder {
  private static final Logger LOG = LoggerFactory.getLogger(InterfaceBinder.class);
  private static final long RETRY_MS = 300;

  private final EventLoop loop;
  private final Underlay underlay;
  private final LinkEngine engine;
  private final CarrierPort.Listener listener;
  private final EventQueue events;
  private final LongSupplier clock;
  private final Predicate<LinkInterface> wanted;
  private final int groupPort;
  private final Runnable afterChange;
  private final Map<Integer, LinkInterface> known = new LinkedHashMap<>();
  private final Map<Integer, InterfacePorts> ports = new HashMap<>();
  private final Map<Integer, List<String>> told = new HashMap<>();
  private boolean closed;
  private boolean retryPlanned;

  InterfaceBinder(
      EventLoop loop,
      Underlay underlay,
      LinkEngine engine,
      CarrierPort.Listener listener,
      EventQueue events,
      LongSupplier clock,
      Predicate<LinkInterface> wanted,
      int groupPort,
      Runnable afterChange) {
    this.loop = loop;
    this.underlay = underlay;
    this.engine = engine;
    this.listener = listener;
    this.events = events;
    this.clock = clock;
    this.wanted = wanted;
    this.groupPort = groupPort;
    this.afterChange = afterChange;
  }

  private static boolean isUsable(LinkInterface nif) {
    return nif.up() && nif.multicast() && !nif.addresses().isEmpty();
  }

  /** An interface is there, new or changed. */
  void onInterface(LinkInterface nif) {
    if (closed || (!wanted.test(nif) && !known.containsKey(nif.index()))) {
      return;
    }
    known.put(nif.index(), nif);
    if (!isUsable(nif) || !wanted.test(nif)) {
      release(nif.index());
      return;
    }
    InterfacePorts its =
        ports.computeIfAbsent(nif.index(), index -> underlay.newPorts(loop, listener, groupPort));
    boolean complete = its.update(nif);
    tellProblems(nif, its);
    if (its.carriers().isEmpty()) {
      engine.onPortGone(clock.getAsLong(), nif.index());
    } else {
      engine.onPort(clock.getAsLong(), port(nif, its));
    }
    if (!complete) {
      retryLater();
    }
    afterChange.run();
  }

  /** The engine knows the addresses that are listened on, and so our hellos name no others. */
  private static LinkPort port(LinkInterface nif, InterfacePorts its) {
    LinkInterface listening =
        new LinkInterface(
            nif.index(),
            nif.name(),
            nif.mac(),
            List.copyOf(its.addresses()),
            nif.up(),
            nif.multicast(),
            nif.mtuBytes());
    return new LinkPort(
        listening, its.carriers(), its.unicastPort(), its.bitsPerSecond(), its.hearsItself());
  }

  private void tellProblems(LinkInterface nif, InterfacePorts its) {
    List<String> problems = its.problems();
    if (!problems.equals(told.put(nif.index(), problems))) {
      problems.forEach(problem -> LOG.info("not usable yet: {}", problem));
    }
  }

  private void retryLater() {
    if (retryPlanned || closed) {
      return;
    }
    retryPlanned = true;
    var unused = loop.schedule(this::retry, RETRY_MS, TimeUnit.MILLISECONDS);
  }

  private void retry() {
    retryPlanned = false;
    new ArrayList<>(known.values()).forEach(this::onInterface);
  }

  void onInterfaceRemoved(int index) {
    known.remove(index);
    release(index);
    afterChange.run();
  }

  private void release(int index) {
    InterfacePorts its = ports.remove(index);
    if (its != null) {
      its.closeAll();
      engine.onPortGone(clock.getAsLong(), index);
    }
  }

  void onAddressAdded(int index, InetAddress address) {
    LinkInterface nif = known.get(index);
    if (nif != null) {
      events.add(new LinkEvent.AddressAdded(nif.name(), address.getHostAddress()));
    }
  }

  void onAddressRemoved(int index, InetAddress address) {
    LinkInterface nif = known.get(index);
    if (nif != null) {
      events.add(new LinkEvent.AddressRemoved(nif.name(), address.getHostAddress()));
    }
  }

  /** What is sent to a group does not arrive: its port is opened anew. */
  void rejoin(int index, Carrier carrier) {
    InterfacePorts its = ports.get(index);
    LinkInterface nif = known.get(index);
    if (its != null && nif != null && !closed) {
      its.drop(carrier);
      onInterface(nif);
    }
  }

  /** A port closed by itself: it is opened again when the interface allows it. */
  void onPortClosed(CarrierPort port) {
    InterfacePorts its = ports.get(port.interfaceIndex());
    if (its != null && its.forget(port)) {
      retryLater();
    }
  }

  @Nullable InterfacePorts ports(int interfaceIndex) {
    return ports.get(interfaceIndex);
  }

  void flush() {
    for (InterfacePorts its : ports.values()) {
      its.flush();
    }
  }

  /** Returns the interfaces that the link is on. */
  List<LinkInterface> inUse() {
    List<LinkInterface> inUse = new ArrayList<>();
    for (LinkInterface nif : known.values()) {
      if (ports.containsKey(nif.index())) {
        inUse.add(nif);
      }
    }
    return List.copyOf(inUse);
  }

  /** Says whether another program holds the groups' port, so that hellos would not be heard. */
  boolean isPortTaken() {
    return ports.values().stream()
        .flatMap(its -> its.problems().stream())
        .anyMatch(problem -> problem.startsWith("multicast") && problem.contains("in use"));
  }

  /** Returns why there is no socket at all, or null when there is one. */
  @Nullable String whyNone() {
    List<String> reasons = new ArrayList<>();
    for (InterfacePorts its : ports.values()) {
      if (!its.carriers().isEmpty()) {
        return null;
      }
      reasons.addAll(its.problems());
    }
    return String.join("; ", reasons);
  }

  void close() {
    closed = true;
    ports.values().forEach(InterfacePorts::closeAll);
    ports.clear();
  }
}
