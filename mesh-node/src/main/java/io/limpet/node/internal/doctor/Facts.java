package io.limpet.node.internal.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can be found out about a machine. Every question is safe to ask; answers may be missing. */
public interface Facts {
  /** Returns the time of the machine's clock. */
  Instant now();

  /** Returns the text of a file of the kernel's or the system's, if it is there and readable. */
  Optional<String> read(String path);

  /** Runs a program, if it is installed, and returns what it printed if it did not fail. */
  Optional<String> run(String... command);

  /** Returns the interfaces, without loopback. */
  List<Interface> interfaces();

  /** Sends to a group from an interface, and listens for it there. */
  Echo echo(Interface on, boolean ipv6);

  /** Sends to this machine's own address and port, and listens there. */
  Echo ownDatagram(InetAddress address, int port);

  /** Returns the UDP sockets of this network namespace, of all programs. */
  List<Socket> udpSockets();

  /** Says whether this program could share a UDP port with whoever has it now. */
  boolean canShare(int port);

  /** Asks the node that runs on the home folder, if one does. */
  Optional<JsonNode> ask(String command);

  /** Looks at the home folder. */
  Home home();

  /** Says how the helper daemon's socket is. */
  Daemon daemon();

  /** Says whether the kernel lists TCP sockets; the reason when it does not. */
  Optional<String> kernelSocketsFailure();

  /** Returns the feature version of the Java that runs, for example 17. */
  int javaVersion();

  /** Returns the user that this program runs as. */
  String user();

  /**
   * An interface.
   *
   * @param addresses all that it has
   */
  record Interface(
      String name, boolean up, boolean multicast, int mtuBytes, List<Address> addresses) {}

  /** An address with the length of its prefix in bits. */
  record Address(InetAddress ip, int prefixBits) {
    String text() {
      // As RFC 5952 has it, and without the zone.
      return NetUtil.toAddressString(ip);
    }
  }

  /**
   * What became of a datagram.
   *
   * @param heard whether it arrived
   * @param failure why it could not even be tried, or null when it could
   */
  record Echo(boolean heard, @Nullable String failure) {}

  /**
   * A UDP socket.
   *
   * @param inode by which the kernel knows it
   * @param program who holds it, or null when this user may not see it
   */
  record Socket(int port, boolean ipv6, long inode, @Nullable String program, long pid) {}

  /**
   * The home folder.
   *
   * @param writable whether this user may write it, or may make it when it is missing
   * @param identityMode the permissions of the identity file as {@code rw-------}, or null without
   * @param lockHolder the process that holds the lock, 0 when nobody does, -1 when not known
   * @param freeBytes room on its disk, -1 when not known
   * @param lastEvent the time of the newest line of its journal, or null
   */
  record Home(
      Path path,
      boolean exists,
      boolean writable,
      @Nullable String identityMode,
      long lockHolder,
      long freeBytes,
      @Nullable Instant lastEvent) {}

  /**
   * The helper daemon's socket.
   *
   * @param there whether the file is there
   * @param answers whether somebody listens and this user may connect
   */
  record Daemon(Path path, boolean there, boolean answers) {}
}
