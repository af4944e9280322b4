package io.limpet.link.internal.runtime;

import io.limpet.link.LinkConfig;
import io.limpet.link.LinkException;
import io.limpet.link.MeshLink;
import io.limpet.link.internal.engine.LocalNode;
import io.limpet.link.internal.identity.EpochCounter;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.session.NoiseSessions;
import io.limpet.link.internal.session.SessionConfig;
import io.limpet.link.internal.session.Sessions;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Puts a link together. */
public final class LinkOpener {
  private static final long START_SECONDS = 10;

  private LinkOpener() {}

  /** Opens a link; blocks until its sockets are bound. */
  public static MeshLink open(LinkConfig config) throws LinkException {
    SecureRandom random = new SecureRandom();
    // The identity comes first: it makes the folder, for its owner alone.
    NodeIdentity identity = NodeIdentity.loadOrCreate(config.home(), random);
    HomeLock lock = HomeLock.take(config.home());
    EventLoopGroup group = null;
    try {
      long epoch = EpochCounter.raise(config.home(), Instant.now().getEpochSecond());
      LocalNode self = new LocalNode(identity, config.nickname(), epoch);
      Sessions sessions =
          new NoiseSessions(
              identity, epoch, SessionConfig.DEFAULT, random, PooledByteBufAllocator.DEFAULT);
      group = EventLoops.single();
      return start(config, group, self, lock, sessions);
    } catch (LinkException | RuntimeException e) {
      if (group != null) {
        var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      }
      lock.close();
      throw e;
    }
  }

  private static MeshLink start(
      LinkConfig config, EventLoopGroup group, LocalNode self, HomeLock lock, Sessions sessions)
      throws LinkException {
    EventLoop loop = group.next();
    Future<NettyMeshLink> started =
        loop.submit(
            () -> {
              NettyMeshLink link = new NettyMeshLink(group, loop, self, lock, config, sessions);
              try {
                link.start(config);
                return link;
              } catch (LinkException | RuntimeException e) {
                link.release();
                throw e;
              }
            });
    try {
      return started.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LinkException known) {
        throw known;
      }
      throw new LinkException("the link could not be started: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new LinkException("the link did not start within " + START_SECONDS + " seconds", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LinkException("interrupted while the link was starting", e);
    }
  }
}
