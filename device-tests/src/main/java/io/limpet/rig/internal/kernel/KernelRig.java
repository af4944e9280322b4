package io.limpet.rig.internal.kernel;

import io.limpet.rig.Airtime;
import io.limpet.rig.LinkSettings;
import io.limpet.rig.MacAddress;
import io.limpet.rig.MediumKind;
import io.limpet.rig.RadioCounters;
import io.limpet.rig.RigException;
import io.limpet.rig.RigLauncher;
import io.limpet.rig.internal.fleet.Addresses;
import io.limpet.rig.internal.fleet.Fleet;
import io.limpet.rig.internal.medium.DescriptorPort;
import io.limpet.rig.internal.medium.Medium;
import io.limpet.rig.internal.os.Commands;
import io.limpet.rig.internal.os.NamespaceSweep;
import io.limpet.rig.internal.os.Namespaces;
import io.limpet.rig.internal.os.Owner;
import io.limpet.rig.internal.os.ThreadPriority;
import io.limpet.rig.internal.radio.RadioModel;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A rig whose devices are network namespaces with real kernels. */
public final class KernelRig extends Fleet {
  private static final AtomicInteger RIGS = new AtomicInteger();
  private static final String AIR = "air";

  private final Parts parts;
  private final Thread hook;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final int[] macChanges;

  /** Tells the namespaces of one rig of this process from those of another. */
  static int nextNumber() {
    return RIGS.incrementAndGet();
  }

  private KernelRig(RigLauncher.Choice choice, long seed, Parts parts) {
    super(choice, seed, parts.medium, parts.devices, parts.networks);
    this.parts = parts;
    macChanges = new int[parts.networks * parts.devices.size()];
    hook = new Thread(this::close, "limpet-rig-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Sweeps what the dead left, then builds everything; what was built is taken down again if
   * something fails.
   */
  public static KernelRig start(
      RigLauncher.Choice choice,
      long seed,
      List<String> names,
      int networks,
      LinkSettings link,
      Airtime airtime,
      int mtu) {
    NamespaceSweep.removeOrphans();
    Parts parts = new Parts(seed, names.size(), networks, link, airtime);
    try {
      parts.build(choice.kind(), names, mtu);
      return new KernelRig(choice, seed, parts);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  @Override
  protected MacAddress silentMacChange(int network, int index) {
    int station = network * devices().size() + index;
    String namespace = devices().get(index).namespace();
    String name = RadioInterface.name(network);
    synchronized (macChanges) {
      MacAddress mac = Addresses.mac(network, index, ++macChanges[station]);
      List<NeighbourTable.Entry> entries = NeighbourTable.read(namespace, name);
      medium.change((air, now) -> air.withholdNeighbourTraffic(station, true));
      try {
        RadioInterface.changeMac(namespace, name, mac, entries);
      } finally {
        // What the device sent under its old address is taken first: it would teach the radio that
        // address again.
        medium.change(
            (air, now) -> {
              air.setMac(now, station, mac.value());
              air.withholdNeighbourTraffic(station, false);
            });
      }
      return mac;
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (Thread.currentThread() != hook) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The machine is shutting down already: the hook will run and find nothing left to do.
        assert closed.get();
      }
    }
    parts.close();
  }

  /** What a rig is made of, in the order of making; a half-made one can be closed. */
  private static final class Parts {
    final Medium medium;
    final List<KernelDevice> devices = new ArrayList<>();
    final int networks;
    private final List<String> namespaceNames = new ArrayList<>();
    private final Namespaces namespaces = new Namespaces();
    private final Spawner spawner = new Spawner();

    Parts(long seed, int count, int networks, LinkSettings link, Airtime airtime) {
      this.networks = networks;
      List<Long> macs =
          IntStream.range(0, networks * count)
              .mapToObj(i -> Addresses.mac(i / count, i % count, 0).value())
              .toList();
      medium =
          new Medium(
              new MultiThreadIoEventLoopGroup(
                  1, new DefaultThreadFactory("limpet-radio", true), EpollIoHandler.newFactory()),
              new RadioModel(seed, macs, networks, link, airtime));
    }

    void build(MediumKind kind, List<String> names, int mtu) {
      medium.loop().execute(ThreadPriority::raise);
      Owner owner = Owner.current();
      int rig = nextNumber();
      Optional<String> air =
          kind == MediumKind.VETH
              ? Optional.of(addNamespace(owner.namespace(rig, AIR)))
              : Optional.empty();
      for (int i = 0; i < names.size(); i++) {
        // "d-" keeps a device called air apart from the namespace of the far ends.
        String namespace = addNamespace(owner.namespace(rig, "d-" + names.get(i)));
        for (int network = 0; network < networks; network++) {
          int descriptor = RadioInterface.create(namespaces, kind, namespace, air, network, i, mtu);
          attach(network * names.size() + i, descriptor);
        }
        devices.add(
            new KernelDevice(
                names.get(i), namespace, i, networks, namespaces, spawner, radio(medium, i)));
      }
    }

    void close() {
      spawner.close();
      devices.forEach(KernelDevice::close);
      medium.close();
      namespaceNames.forEach(NamespaceSweep::remove);
      namespaces.close();
    }

    private String addNamespace(String name) {
      // Noted first: if adding it fails half-way, it is removed all the same.
      namespaceNames.add(name);
      Commands.run(List.of("ip", "netns", "add", name));
      return name;
    }

    private static KernelDevice.Attachment radio(Medium medium, int station) {
      return new KernelDevice.Attachment() {
        @Override
        public MacAddress mac() {
          return new MacAddress(medium.call((air, now) -> air.mac(station)));
        }

        @Override
        public RadioCounters counters() {
          return medium.call((air, now) -> air.counters(station));
        }
      };
    }

    private void attach(int station, int descriptor) {
      if (!(medium.loop() instanceof IoEventLoop loop)) {
        throw new RigException("the medium's event loop cannot watch descriptors");
      }
      medium.attach(
          station,
          DescriptorPort.register(
              loop, descriptor, frame -> medium.onFrame(station, frame), medium::settle));
    }
  }
}
