package io.limpet.rig.internal.bench.member;

import io.limpet.invitation.Activity;
import io.limpet.invitation.GroupChannel;
import io.limpet.invitation.Invitations;
import io.limpet.link.MeshAddress;
import io.limpet.node.MeshNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Limpet's group channel, by the interface that applications have. */
final class ChannelVoice implements Voice {
  private static final String TYPE = "bench";
  private static final long LOOK_EVERY_NS = 200_000_000L;

  /** Publications that a saturating application keeps on their way. */
  private static final int IN_FLIGHT = 48;

  private final MeshNode node;
  private final GroupChannel channel;
  private final Semaphore free = new Semaphore(IN_FLIGHT);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private ChannelVoice(MeshNode node, GroupChannel channel) {
    this.node = node;
    this.channel = channel;
  }

  /** Shares the activity, or joins it once it is announced; waits for that. */
  static ChannelVoice join(MeshNode node, boolean first, Heard heard) throws IOException {
    Invitations invitations = node.invitations();
    try {
      String id =
          first
              ? invitations.share(TYPE, TYPE, true).toCompletableFuture().join().id()
              : joined(invitations);
      GroupChannel channel =
          invitations
              .channel(
                  id,
                  message -> {
                    if (!message.from().equals(node.address())) {
                      heard.onMessage(message.payload(), System.nanoTime());
                    }
                  })
              .toCompletableFuture()
              .join();
      return new ChannelVoice(node, channel);
    } catch (CompletionException e) {
      throw new IOException("not in the activity: " + e.getMessage(), e);
    }
  }

  private static String joined(Invitations invitations) {
    while (true) {
      Optional<Activity> found =
          invitations.activities().toCompletableFuture().join().stream()
              .filter(activity -> activity.type().equals(TYPE))
              .findFirst();
      if (found.isPresent() && found.get().joined()) {
        return found.get().id();
      }
      if (found.isPresent() && found.get().standing() == Activity.Standing.OUTSIDE) {
        // It may be slow to answer when all ask at once: then we look again.
        invitations.join(found.get().id()).exceptionally(late -> null).toCompletableFuture().join();
      } else {
        LockSupport.parkNanos(LOOK_EVERY_NS);
      }
    }
  }

  /** Returns the members' addresses, our own among them. */
  List<MeshAddress> members() {
    return node.invitations().activities().toCompletableFuture().join().stream()
        .filter(activity -> activity.id().equals(channel.activity()))
        .findFirst()
        .map(Activity::members)
        .orElse(List.of());
  }

  @Override
  public int listeners() {
    return Math.max(0, members().size() - 1);
  }

  @Override
  public void say(byte[] message) throws IOException {
    free.acquireUninterruptibly();
    channel
        .publish(message)
        .whenComplete(
            (published, late) -> {
              if (late != null) {
                failure.compareAndSet(null, late);
              }
              free.release();
            });
    @Nullable Throwable failed = failure.get();
    if (failed != null) {
      throw new IOException("not published: " + failed.getMessage(), failed);
    }
  }
}
