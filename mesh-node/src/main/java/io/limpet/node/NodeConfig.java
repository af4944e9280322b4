package io.limpet.node;

import io.limpet.invitation.WhoMayInvite;
import io.limpet.link.SiteHook;
import io.limpet.link.VirtualRadio;
import io.limpet.tcp.TcpConfig;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that sets one node apart from another. Immutable; made by {@link MeshNodeBuilder}.
 *
 * @param home the node's folder
 * @param name what its person is called
 * @param interfaces by name; none means every one that is fit
 * @param port UDP port of the multicast groups
 * @param privileged whether neighbour entries may be written
 * @param linkd where the helper daemon listens that is asked for what this process may not, or null
 * @param siteHook a command to run for a peer that unicast does not reach, or null
 * @param beaconAirtime share of the airtime for the hellos of all nodes, 0.001..0.5
 * @param mdns whether to publish by mDNS
 * @param plainChat whether to be seen by, and chat with, people without Limpet
 * @param perf whether peers may measure against this node
 * @param colours as {@code #rrggbb,#rrggbb}
 * @param whoMayInvite whose invitations are taken at first, or null for what was set last
 * @param tcp how connections behave
 * @param radio what to run on instead of this machine's interfaces, or null; mDNS needs interfaces
 */
public record NodeConfig(
    Path home,
    String name,
    List<String> interfaces,
    int port,
    boolean privileged,
    @Nullable Path linkd,
    @Nullable SiteHook siteHook,
    double beaconAirtime,
    boolean mdns,
    boolean plainChat,
    boolean perf,
    String colours,
    @Nullable WhoMayInvite whoMayInvite,
    TcpConfig tcp,
    @Nullable VirtualRadio radio) {}
