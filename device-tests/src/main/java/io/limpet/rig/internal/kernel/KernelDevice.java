package io.limpet.rig.internal.kernel;

import io.limpet.rig.AirPort;
import io.limpet.rig.MacAddress;
import io.limpet.rig.NeighbourEntry;
import io.limpet.rig.RadioCounters;
import io.limpet.rig.RigCommand;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigException;
import io.limpet.rig.RigInterface;
import io.limpet.rig.TcpProbe;
import io.limpet.rig.TcpSink;
import io.limpet.rig.internal.fleet.Addresses;
import io.limpet.rig.internal.os.FrameDescriptors;
import io.limpet.rig.internal.os.IcmpEcho;
import io.limpet.rig.internal.os.Namespaces;
import java.io.File;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** A device that is a network namespace. */
final class KernelDevice implements RigDevice {
  private final String name;
  private final String namespace;
  private final int index;
  private final Namespaces namespaces;
  private final Spawner spawner;
  private final Attachment attachment;
  private final List<RigInterface> interfaces;
  private final Set<TcpSink> sinks = ConcurrentHashMap.newKeySet();

  /** What the device's interface is joined to. */
  interface Attachment {
    MacAddress mac();

    RadioCounters counters();
  }

  KernelDevice(
      String name,
      String namespace,
      int index,
      int networks,
      Namespaces namespaces,
      Spawner spawner,
      Attachment attachment) {
    this.name = name;
    this.namespace = namespace;
    this.index = index;
    this.namespaces = namespaces;
    this.spawner = spawner;
    this.attachment = attachment;
    interfaces =
        namespaces.inside(
            namespace,
            () ->
                IntStream.range(0, networks)
                    .mapToObj(network -> onNetwork(network, index))
                    .toList());
  }

  private static RigInterface onNetwork(int network, int index) {
    String name = RadioInterface.name(network);
    return new RigInterface(
        name,
        Addresses.ipv4(network, index),
        Addresses.ipv6LinkLocal(network, index, FrameDescriptors.interfaceIndex(name)));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String namespace() {
    return namespace;
  }

  @Override
  public String interfaceName() {
    return RadioInterface.NAME;
  }

  @Override
  public MacAddress mac() {
    return attachment.mac();
  }

  @Override
  public Inet4Address ipv4() {
    return Addresses.ipv4(index);
  }

  @Override
  public Inet6Address ipv6LinkLocal() {
    return interfaces.get(0).ipv6LinkLocal();
  }

  @Override
  public List<RigInterface> interfaces() {
    return interfaces;
  }

  @Override
  public RigCommand command(List<String> command) {
    return new KernelCommand(spawner, namespace, command);
  }

  @Override
  public RigCommand javaCommand(List<String> jvmOptions, String mainClass, String... arguments) {
    return java(classPath(), jvmOptions, mainClass, arguments);
  }

  @Override
  public RigCommand ordinaryJavaCommand(
      Path folder, List<String> jvmOptions, String mainClass, String... arguments) {
    String readable = OrdinaryUser.readable(classPath(), folder);
    return java(readable, jvmOptions, mainClass, arguments)
        .environment("HOME", folder.toString())
        .asOrdinaryUser();
  }

  private RigCommand java(
      String classPath, List<String> jvmOptions, String mainClass, String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("-XX:+ExitOnOutOfMemoryError"); // what is left of a process would hang on
    words.addAll(jvmOptions);
    words.add("-cp");
    words.add(classPath);
    words.add(mainClass);
    words.addAll(List.of(arguments));
    return command(words);
  }

  @Override
  public TcpProbe kernelTcpProbe(InetAddress target, int port, Duration timeout) {
    return KernelTcp.probe(openSocketChannel(), new InetSocketAddress(target, port), timeout);
  }

  @Override
  public TcpSink listenTcp(int port) {
    ServerSocketChannel server = openServerSocketChannel();
    try {
      server.bind(new InetSocketAddress(port));
    } catch (IOException e) {
      closeAfter(server, e);
      throw new RigException("cannot listen on port " + port + ": " + e.getMessage(), e);
    }
    TcpSink sink = DiscardServer.start(server);
    sinks.add(sink);
    return sink;
  }

  @Override
  public Optional<Duration> ping(RigDevice target, Duration timeout) {
    try (IcmpEcho echo = namespaces.inside(namespace, IcmpEcho::open)) {
      return echo.send(target.ipv4(), timeout);
    }
  }

  @Override
  public DatagramChannel openDatagramChannel() {
    return namespaces.inside(namespace, DatagramChannel::open);
  }

  @Override
  public SocketChannel openSocketChannel() {
    return namespaces.inside(namespace, SocketChannel::open);
  }

  @Override
  public ServerSocketChannel openServerSocketChannel() {
    return namespaces.inside(namespace, ServerSocketChannel::open);
  }

  @Override
  public List<NeighbourEntry> neighbourEntries() {
    return NeighbourTable.read(namespace, RadioInterface.NAME).stream()
        .map(NeighbourTable.Entry::toFace)
        .toList();
  }

  @Override
  public RadioCounters counters() {
    return attachment.counters();
  }

  @Override
  public Optional<AirPort> airPort() {
    return Optional.empty();
  }

  @Override
  public String toString() {
    return name + " (" + namespace + ")";
  }

  void close() {
    sinks.forEach(TcpSink::close);
  }

  // On the module path, our own modules and those of our caller are found there: a plain class path
  // holds them as well.
  private static String classPath() {
    List<String> parts = new ArrayList<>();
    for (String property : List.of("java.class.path", "jdk.module.path")) {
      String value = System.getProperty(property, "");
      if (!value.isEmpty()) {
        parts.add(value);
      }
    }
    return String.join(File.pathSeparator, parts);
  }

  private static void closeAfter(ServerSocketChannel server, IOException reason) {
    try {
      server.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
