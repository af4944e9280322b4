package io.limpet.presence;

import io.limpet.link.MeshLink;
import io.limpet.presence.internal.mdns.LimpetService;
import io.limpet.presence.internal.mdns.LocalNetwork;
import io.limpet.presence.internal.mdns.MdnsFence;
import io.limpet.presence.internal.mdns.PlainService;
import io.limpet.presence.internal.service.PlainChat;
import io.limpet.presence.internal.service.PresenceService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The way in: starts presence on a link. */
public final class Presences {
  private Presences() {}

  /**
   * Starts announcing and listening. Returns at once; mDNS starts on its own threads.
   *
   * <p>mDNS records live for 120 s instead of JmDNS's hour. JmDNS knows one lifetime for a whole
   * process, the system property {@code net.dns.ttl}; an application that sets it keeps its own.
   *
   * @throws IllegalArgumentException if the colours are not {@code #rrggbb,#rrggbb}
   */
  public static Roster start(MeshLink link, PresenceConfig config) {
    return PresenceService.start(
        link,
        config,
        (own, listener) -> new MdnsFence<>(LimpetService.KIND, own, config.servicePort(), listener),
        disk());
  }

  /**
   * Announces this node to people without Limpet as well, and chats with them. Listens at a TCP
   * port that the system chooses, on the networks of the link only. Returns at once.
   *
   * @param roster who is not to be shown as a person without Limpet; not closed with it
   * @throws PlainChatException if no port can be listened at
   */
  public static PlainPeople startPlain(MeshLink link, Roster roster) throws PlainChatException {
    PlainService kind = new PlainService(LocalNetwork::covers);
    return PlainChat.start(
        link, roster, (own, listener) -> new MdnsFence<>(kind, own, own.port(), listener));
  }

  /** One thread for the file, which ends when there is nothing to write. */
  private static ThreadPoolExecutor disk() {
    ThreadPoolExecutor disk =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new Thread(task, "limpet-known-peers"));
    disk.allowCoreThreadTimeOut(true);
    return disk;
  }
}
