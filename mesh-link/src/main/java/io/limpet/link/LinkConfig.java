package io.limpet.link;

import io.limpet.link.internal.wire.HelloCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a link is set up. Immutable; safe for any thread.
 *
 * @param home the node's home folder; holds the identity and the epoch
 * @param nickname 1..64 UTF-8 bytes
 * @param interfaces names of the interfaces to use; empty means every one that is up, not loopback,
 *     and does multicast
 * @param port UDP port of the multicast groups, 1..65535; unicast sockets use it too when it is
 *     free, else any
 * @param privileged whether neighbour entries may be written when the process is able to
 * @param announcement the first announcement
 * @param linkd where the helper daemon listens that does what this process may not, or null to do
 *     without; it need not be there
 * @param siteHook a command to run for a peer that unicast does not reach, or null
 * @param beaconAirtime share of the medium at its basic rate that the hellos of all nodes together
 *     may take, 0.001..0.5; the same on every node
 */
public record LinkConfig(
    Path home,
    String nickname,
    List<String> interfaces,
    int port,
    boolean privileged,
    Bytes announcement,
    @Nullable Path linkd,
    @Nullable SiteHook siteHook,
    double beaconAirtime) {

  /** The default UDP port. */
  public static final int DEFAULT_PORT = 7464;

  /** The default share of the airtime for hellos. */
  public static final double DEFAULT_BEACON_AIRTIME = 0.02;

  /** Where the helper daemon listens unless told otherwise. */
  public static final Path DEFAULT_LINKD = Path.of("/run/limpet/linkd.sock");

  /** Checks every range. */
  public LinkConfig {
    Objects.requireNonNull(home, "home");
    interfaces = List.copyOf(interfaces);
    int length = nickname.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    if (length < 1 || length > 64) {
      throw new IllegalArgumentException("a nickname has 1 to 64 bytes, this one has " + length);
    }
    if (!HelloCodec.isNickname(nickname)) {
      throw new IllegalArgumentException(
          "a nickname has no control or direction characters: choose another");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
    }
    if (announcement.length() > MeshLink.MAX_ANNOUNCEMENT_BYTES) {
      throw new IllegalArgumentException("announcement longer than 400 bytes");
    }
    if (!(beaconAirtime >= 0.001 && beaconAirtime <= 0.5)) {
      throw new IllegalArgumentException(
          "the airtime of beacons is 0.1 % to 50 %, not " + 100 * beaconAirtime + " %");
    }
  }

  /** Returns a configuration with defaults for all but the home folder and the nickname. */
  public static LinkConfig of(Path home, String nickname) {
    return new LinkConfig(
        home,
        nickname,
        List.of(),
        DEFAULT_PORT,
        true,
        Bytes.EMPTY,
        DEFAULT_LINKD,
        null,
        DEFAULT_BEACON_AIRTIME);
  }

  /** Returns a copy that uses these interfaces. */
  public LinkConfig withInterfaces(List<String> names) {
    return new LinkConfig(
        home, nickname, names, port, privileged, announcement, linkd, siteHook, beaconAirtime);
  }

  /** Returns a copy that uses this port. */
  public LinkConfig withPort(int newPort) {
    return new LinkConfig(
        home,
        nickname,
        interfaces,
        newPort,
        privileged,
        announcement,
        linkd,
        siteHook,
        beaconAirtime);
  }

  /** Returns a copy that does or does not use privileges. */
  public LinkConfig withPrivileged(boolean allowed) {
    return new LinkConfig(
        home, nickname, interfaces, port, allowed, announcement, linkd, siteHook, beaconAirtime);
  }

  /** Returns a copy that asks the helper daemon at this socket, or none at all. */
  public LinkConfig withLinkd(@Nullable Path socket) {
    return new LinkConfig(
        home,
        nickname,
        interfaces,
        port,
        privileged,
        announcement,
        socket,
        siteHook,
        beaconAirtime);
  }

  /** Returns a copy that runs this command for a peer that unicast does not reach, or none. */
  public LinkConfig withSiteHook(@Nullable SiteHook hook) {
    return new LinkConfig(
        home, nickname, interfaces, port, privileged, announcement, linkd, hook, beaconAirtime);
  }

  /** Returns a copy whose hellos keep to this share of the airtime. */
  public LinkConfig withBeaconAirtime(double share) {
    return new LinkConfig(
        home, nickname, interfaces, port, privileged, announcement, linkd, siteHook, share);
  }
}
