package io.limpet.rig;

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

/**
 * One laptop of a {@link Rig}: a network namespace with the kernel's own stack, and a radio
 * interface in it for each network. Where no network is named, the first is meant.
 *
 * <p>May be used from any thread. Where there are no kernels ({@link MediumKind#IN_PROCESS}) only
 * the name, the MAC and the {@link #airPort()} are real; the methods that need a kernel throw
 * {@link RigException}.
 */
public interface RigDevice {
  /** The name it was given. */
  String name();

  /** Name of its network namespace, for {@code ip netns exec}. */
  String namespace();

  /** Name of its radio interface; the same in every device. */
  String interfaceName();

  /** The interface's current MAC. */
  MacAddress mac();

  /**
   * The interface's IPv4 address, within 10.77.0.0/24; the namespaces keep it apart from everything
   * else.
   */
  Inet4Address ipv4();

  /**
   * The interface's IPv6 link-local address, scope id set: usable inside the device's own
   * namespace.
   */
  Inet6Address ipv6LinkLocal();

  /** Its interfaces, one for each network of the rig, in their order. */
  List<RigInterface> interfaces();

  /** A process to be started inside the device. */
  RigCommand command(List<String> command);

  /** A Java process, with this process's Java and class path, to be started inside the device. */
  default RigCommand javaCommand(String mainClass, String... arguments) {
    return javaCommand(List.of(), mainClass, arguments);
  }

  /**
   * The same, with options for the JVM.
   *
   * @param jvmOptions such as {@code -Xmx160m}
   */
  RigCommand javaCommand(List<String> jvmOptions, String mainClass, String... arguments);

  /**
   * The same, as {@link RigCommand#asOrdinaryUser()} has it.
   *
   * @param folder where what that user cannot read of the class path is copied to; it must be
   *     reachable for everybody
   */
  RigCommand ordinaryJavaCommand(
      Path folder, List<String> jvmOptions, String mainClass, String... arguments);

  /** Starts a process inside the device, its output kept. */
  default RigProcess exec(List<String> command) {
    return command(command).start();
  }

  /** Starts a process inside the device, its output kept. */
  default RigProcess exec(String... command) {
    return exec(List.of(command));
  }

  /** Starts a Java process inside the device, its output kept. */
  default RigProcess startJava(String mainClass, String... arguments) {
    return javaCommand(mainClass, arguments).start();
  }

  /** Lets the device's kernel try to connect by TCP to a port of another device's IPv4 address. */
  default TcpProbe kernelTcpProbe(RigDevice target, int port, Duration timeout) {
    return kernelTcpProbe(target.ipv4(), port, timeout);
  }

  /**
   * Lets the device's kernel try to connect by TCP, and says how that went; blocks until it is
   * known.
   */
  TcpProbe kernelTcpProbe(InetAddress target, int port, Duration timeout);

  /**
   * Starts a kernel TCP listener on all of the device's addresses.
   *
   * @param port 0 to let the kernel choose
   */
  TcpSink listenTcp(int port);

  /**
   * Sends one ICMP echo request to another device's IPv4 address; the round-trip time, or nothing
   * within the timeout.
   */
  Optional<Duration> ping(RigDevice target, Duration timeout);

  /** Opens a UDP socket that lives in the device; the caller closes it. */
  DatagramChannel openDatagramChannel();

  /** Opens a TCP socket that lives in the device; the caller closes it. */
  SocketChannel openSocketChannel();

  /** Opens a listening TCP socket that lives in the device; the caller closes it. */
  ServerSocketChannel openServerSocketChannel();

  /** The device's neighbour table. */
  List<NeighbourEntry> neighbourEntries();

  /** What its kernel believes about another device's IPv4 address. */
  default Optional<NeighbourEntry> neighbour(RigDevice other) {
    return neighbourEntries().stream().filter(e -> e.address().equals(other.ipv4())).findFirst();
  }

  /** What its radio has done so far. */
  RadioCounters counters();

  /** Its radio for programs of this process; only where there are no kernels. */
  Optional<AirPort> airPort();
}
