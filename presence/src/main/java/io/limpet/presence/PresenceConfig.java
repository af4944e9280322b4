package io.limpet.presence;

import java.nio.file.Path;

/**
 * How presence is set up. Immutable; safe for any thread.
 *
 * @param home the node's home folder; {@code known_peers} is kept there
 * @param colours stroke and fill as {@code #rrggbb,#rrggbb}
 * @param mdns whether to publish and browse by mDNS beside hello
 * @param servicePort the port to publish
 */
public record PresenceConfig(Path home, String colours, boolean mdns, int servicePort) {}
