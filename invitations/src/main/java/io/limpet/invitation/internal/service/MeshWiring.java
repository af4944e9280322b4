package io.limpet.invitation.internal.service;

import io.limpet.invitation.InvitationException;
import io.limpet.invitation.Invitations;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.invitation.internal.invite.DeskLimits;
import io.limpet.invitation.internal.store.MemoryStores;
import io.limpet.invitation.internal.store.SqliteStore;
import io.limpet.invitation.internal.store.StoreException;
import io.limpet.invitation.internal.store.Stores;
import io.limpet.invitation.internal.stream.MeshTcpTransport;
import io.limpet.invitation.internal.stream.NettyPeerStreams;
import io.limpet.invitation.internal.stream.StreamTransport;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkListener;
import io.limpet.link.MeshLink;
import io.limpet.presence.PlainPeople;
import io.limpet.presence.Roster;
import io.limpet.presence.RosterEvent;
import io.limpet.presence.RosterListener;
import io.limpet.tcp.MeshTcp;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a service on a link: its loop, its TCP, its events. */
public final class MeshWiring {
  private static final Logger LOG = LoggerFactory.getLogger(MeshWiring.class);
  private static final long START_TIMEOUT_SECONDS = 5;

  private MeshWiring() {}

  /** Starts a service on the mesh. */
  public static Invitations start(MeshLink link, MeshTcp tcp, Roster roster) {
    return start(link, roster, transport(link, tcp), MemoryStores.empty(), null, null);
  }

  /** Starts a service on the mesh, with its stores in a home folder. */
  public static Invitations start(
      MeshLink link,
      MeshTcp tcp,
      Roster roster,
      Path home,
      @Nullable WhoMayInvite whoMayInvite,
      @Nullable PlainPeople plain)
      throws InvitationException {
    try {
      Stores stores = SqliteStore.open(home, link.eventLoop());
      return start(link, roster, transport(link, tcp), stores, whoMayInvite, plain);
    } catch (StoreException e) {
      throw new InvitationException(String.valueOf(e.getMessage()), e);
    }
  }

  private static StreamTransport transport(MeshLink link, MeshTcp tcp) {
    return new MeshTcpTransport(tcp, link.localAddress(), Invitations.PORT);
  }

  /** Starts a service over any transport. */
  static Invitations start(
      MeshLink link,
      Roster roster,
      StreamTransport transport,
      Stores stores,
      @Nullable WhoMayInvite whoMayInvite,
      @Nullable PlainPeople plain) {
    EventLoop loop = link.eventLoop();
    SecureRandom random = new SecureRandom();
    NettyPeerStreams streams =
        new NettyPeerStreams(loop, transport, new People(roster)::isReachable, random);
    Identity self = new Identity(link.localAddress(), link.nickname(), link.epoch());
    InvitationService service =
        new InvitationService(
            new ServiceConfig(
                self,
                new NettyServiceLoop(loop),
                streams,
                new LinkGroupAir(link),
                roster,
                stores,
                whoMayInvite,
                DeskLimits.defaults(),
                random));
    if (plain != null) {
      service.chatWith(plain);
    }
    LinkListener fromLink = event -> onLinkEvent(service, event);
    RosterListener fromRoster = event -> onRosterEvent(service, event);
    CompletableFuture<Void> listening = new CompletableFuture<>();
    Runnable begin =
        () -> {
          service.start();
          link.addListener(fromLink);
          roster.addListener(fromRoster);
          service.onClose(
              () -> {
                roster.removeListener(fromRoster);
                link.removeListener(fromLink);
              });
          report(streams.listening(), listening);
        };
    if (loop.inEventLoop()) {
      // Nothing may wait here: what goes wrong is in the log.
      begin.run();
      listening.whenComplete(
          (done, failure) -> {
            if (failure != null) {
              LOG.error("invitations cannot listen at mesh port {}", Invitations.PORT, failure);
            }
          });
    } else {
      loop.execute(begin);
      awaitListening(listening, service);
    }
    return service;
  }

  private static void report(ChannelFuture bound, CompletableFuture<Void> listening) {
    bound.addListener(
        future -> {
          if (future.isSuccess()) {
            listening.complete(null);
          } else {
            listening.completeExceptionally(future.cause());
          }
        });
  }

  private static void awaitListening(CompletableFuture<Void> listening, InvitationService service) {
    try {
      listening.orTimeout(START_TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    } catch (RuntimeException e) {
      service.close();
      throw new IllegalStateException(
          "invitations cannot listen at mesh port " + Invitations.PORT, e);
    }
  }

  private static void onLinkEvent(InvitationService service, LinkEvent event) {
    if (event instanceof LinkEvent.PeerRestarted restarted) {
      service.onRestarted(restarted.peer());
    } else if (event instanceof LinkEvent.PeerReachable reachable) {
      service.onReachable(reachable.peer());
    } else if (event instanceof LinkEvent.PeerHeard heard) {
      service.onReachable(heard.peer());
    }
  }

  private static void onRosterEvent(InvitationService service, RosterEvent event) {
    if (event instanceof RosterEvent.Online online) {
      service.onBack(online.person().address());
    } else if (event instanceof RosterEvent.Restarted restarted) {
      service.onBack(restarted.person().address());
    }
  }
}
