package io.limpet.rig.internal.inprocess;

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
import io.limpet.rig.internal.medium.Medium;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A device that is a Java object. */
final class InProcessDevice implements RigDevice {
  private final String name;
  private final int index;
  private final Medium medium;
  private final InProcessPort port;

  InProcessDevice(String name, int index, Medium medium, InProcessPort port) {
    this.name = name;
    this.index = index;
    this.medium = medium;
    this.port = port;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String namespace() {
    throw noKernel("a namespace");
  }

  @Override
  public String interfaceName() {
    throw noKernel("an interface");
  }

  @Override
  public MacAddress mac() {
    return medium.loop().inEventLoop()
        ? macOnLoop()
        : new MacAddress(medium.call((air, now) -> air.mac(index)));
  }

  /** Its MAC when its turn in the medium's queue has come. */
  MacAddress macOnLoop() {
    return new MacAddress(medium.macOnLoop(index));
  }

  @Override
  public Inet4Address ipv4() {
    return Addresses.ipv4(index);
  }

  @Override
  public Inet6Address ipv6LinkLocal() {
    return Addresses.ipv6LinkLocal(index);
  }

  @Override
  public List<RigInterface> interfaces() {
    throw noKernel("interfaces");
  }

  @Override
  public RigCommand command(List<String> command) {
    throw noKernel("processes");
  }

  @Override
  public RigCommand javaCommand(List<String> jvmOptions, String mainClass, String... arguments) {
    throw noKernel("processes");
  }

  @Override
  public RigCommand ordinaryJavaCommand(
      Path folder, List<String> jvmOptions, String mainClass, String... arguments) {
    throw noKernel("processes");
  }

  @Override
  public TcpProbe kernelTcpProbe(InetAddress target, int port, Duration timeout) {
    throw noKernel("TCP");
  }

  @Override
  public TcpSink listenTcp(int port) {
    throw noKernel("TCP");
  }

  @Override
  public Optional<Duration> ping(RigDevice target, Duration timeout) {
    throw noKernel("ICMP");
  }

  @Override
  public DatagramChannel openDatagramChannel() {
    throw noKernel("sockets");
  }

  @Override
  public SocketChannel openSocketChannel() {
    throw noKernel("sockets");
  }

  @Override
  public ServerSocketChannel openServerSocketChannel() {
    throw noKernel("sockets");
  }

  @Override
  public List<NeighbourEntry> neighbourEntries() {
    throw noKernel("a neighbour table");
  }

  @Override
  public RadioCounters counters() {
    return medium.call((air, now) -> air.counters(index));
  }

  @Override
  public Optional<AirPort> airPort() {
    return Optional.of(port);
  }

  @Override
  public String toString() {
    return name + " (in process)";
  }

  private RigException noKernel(String what) {
    return new RigException(name + " has no kernel, and so not " + what + "; see Rig.kindReason()");
  }
}
