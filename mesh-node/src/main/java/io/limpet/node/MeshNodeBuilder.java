package io.limpet.node;

import io.limpet.invitation.WhoMayInvite;
import io.limpet.link.LinkConfig;
import io.limpet.link.SiteHook;
import io.limpet.link.VirtualRadio;
import io.limpet.node.internal.runtime.NodeRuntime;
import io.limpet.tcp.TcpConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Sets up and starts a {@link MeshNode}. Not thread-safe. */
public final class MeshNodeBuilder {
  private static final List<String> DEFAULT_COLOURS =
      List.of(
          "#1b5e20,#a5d6a7",
          "#0d47a1,#90caf9",
          "#b71c1c,#ef9a9a",
          "#4a148c,#ce93d8",
          "#e65100,#ffcc80",
          "#004d40,#80cbc4");

  private final Path home;
  private final String name;
  private List<String> interfaces = List.of();
  private int port = LinkConfig.DEFAULT_PORT;
  private boolean privileged = true;
  private @Nullable Path linkd = LinkConfig.DEFAULT_LINKD;
  private @Nullable SiteHook siteHook;
  private double beaconAirtime = LinkConfig.DEFAULT_BEACON_AIRTIME;
  private boolean mdns = true;
  private boolean plainChat;
  private boolean perf;
  private String colours;
  private @Nullable WhoMayInvite whoMayInvite;
  private TcpConfig tcp = TcpConfig.defaults();
  private @Nullable VirtualRadio radio;

  MeshNodeBuilder(Path home, String name) {
    this.home = home;
    this.name = name;
    this.colours = DEFAULT_COLOURS.get(Math.floorMod(name.hashCode(), DEFAULT_COLOURS.size()));
  }

  /** Uses these interfaces; none named means every one that is fit. */
  public MeshNodeBuilder interfaces(List<String> names) {
    this.interfaces = List.copyOf(names);
    return this;
  }

  /** Uses this UDP port, 1..65535, for the multicast groups. All nodes of a mesh use the same. */
  public MeshNodeBuilder port(int newPort) {
    this.port = newPort;
    return this;
  }

  /** Says whether neighbour entries may be written when the process is able to; default true. */
  public MeshNodeBuilder privileged(boolean allowed) {
    this.privileged = allowed;
    return this;
  }

  /**
   * Says where the helper daemon listens that is asked for what this process may not, or null to do
   * without; the default is {@link LinkConfig#DEFAULT_LINKD}, and it need not be there.
   */
  public MeshNodeBuilder linkd(@Nullable Path socket) {
    this.linkd = socket;
    return this;
  }

  /** Runs this command for a peer that unicast does not reach; null, the default, runs none. */
  public MeshNodeBuilder siteHook(@Nullable SiteHook hook) {
    this.siteHook = hook;
    return this;
  }

  /**
   * Sets the share of the airtime, at a basic rate of 1 Mbit/s, that the hellos of all nodes
   * together may take, 0.001..0.5; default {@link LinkConfig#DEFAULT_BEACON_AIRTIME}. All nodes of
   * a mesh use the same.
   */
  public MeshNodeBuilder beaconAirtime(double share) {
    this.beaconAirtime = share;
    return this;
  }

  /** Says whether the node is published by mDNS beside hello; default true. */
  public MeshNodeBuilder mdns(boolean on) {
    this.mdns = on;
    return this;
  }

  /**
   * Says whether people without Limpet, who chat by XEP-0174 (finch, Pidgin and others), see this
   * node, can be invited by a line of chat, and are heard; default false. What passes with them is
   * in the clear. Needs mDNS.
   */
  public MeshNodeBuilder plainChat(boolean on) {
    this.plainChat = on;
    return this;
  }

  /** Says whether peers may measure against this node; default false. */
  public MeshNodeBuilder perf(boolean on) {
    this.perf = on;
    return this;
  }

  /** Sets the person's two colours, as {@code #rrggbb,#rrggbb}. */
  public MeshNodeBuilder colours(String strokeAndFill) {
    this.colours = strokeAndFill;
    return this;
  }

  /**
   * Says whose invitations are taken, until {@link
   * io.limpet.invitation.Invitations#setWhoMayInvite} changes it; null, the default, for what that
   * set last in the lives before, everyone's at first.
   */
  public MeshNodeBuilder whoMayInvite(@Nullable WhoMayInvite who) {
    this.whoMayInvite = who;
    return this;
  }

  /** Sets how connections behave unless told otherwise. */
  public MeshNodeBuilder tcp(TcpConfig defaults) {
    this.tcp = defaults;
    return this;
  }

  /**
   * Runs the node on a virtual radio instead of this machine's interfaces; there is no mDNS then.
   */
  public MeshNodeBuilder radio(VirtualRadio onlyRadio) {
    this.radio = onlyRadio;
    return this;
  }

  /**
   * Starts the node. Blocks until its sockets are bound: not for an event loop, see {@link
   * #startAsync}.
   *
   * <pre>{@code
   * try (MeshNode node = MeshNode.builder(home, "oak").start()) {
   *   node.roster().addListener(event -> System.out.println(event.person().name()));
   * }
   * }</pre>
   *
   * @throws NodeException with one line that says what is wrong and what to do
   */
  public MeshNode start() throws NodeException {
    return NodeRuntime.start(config());
  }

  /**
   * Starts the node without blocking, as the builder is set up now.
   *
   * <pre>{@code
   * MeshNode.builder(home, "oak")
   *     .startAsync()
   *     .thenAccept(node -> System.out.println(node.address()))
   *     .exceptionally(failure -> complain(failure));
   * }</pre>
   *
   * @return completes on a thread of its own when the sockets are bound; fails with a {@link
   *     NodeException} whose message is one line that says what is wrong and what to do
   */
  public CompletionStage<MeshNode> startAsync() {
    return NodeRuntime.startAsync(config());
  }

  private NodeConfig config() {
    return new NodeConfig(
        home,
        name,
        interfaces,
        port,
        privileged,
        linkd,
        siteHook,
        beaconAirtime,
        mdns && radio == null,
        plainChat,
        perf,
        colours,
        whoMayInvite,
        tcp,
        radio);
  }
}
