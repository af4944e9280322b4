package io.limpet.node.internal.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.InvitationListener;
import io.limpet.link.PeerReport;
import io.limpet.node.MeshNode;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.node.internal.http.EventSink;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.page.PageViews.Message;
import io.limpet.presence.RosterListener;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps those who look at the page told: what happens on the node's threads is handed over to one
 * of its own, where the {@link PageState} lives. Nothing here waits for the node, and the node
 * waits for nothing here.
 *
 * <p>Many changes at once are one message. Whoever does not read is let go (see {@link EventSink}),
 * and is told everything anew when they are back.
 */
final class PageFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PageFeed.class);

  /** What happens within this time after a change is told with it. */
  private static final long GATHER_MS = 40;

  /** What no event tells (who is gone for long, say) is seen so often. */
  private static final long LOOK_MS = 1_000;

  private final MeshNode node;
  private final Clock clock;
  private final PageState state;
  private final ScheduledExecutorService own;
  private final AtomicBoolean isDue = new AtomicBoolean();
  private final Set<EventSink> viewers = new HashSet<>();
  private final List<EventSink> waiting = new ArrayList<>();
  private final RosterListener onRoster = event -> changed();
  private final InvitationListener onInvitation = this::onInvitation;
  private boolean looking;
  private boolean lookAgain;

  PageFeed(MeshNode node, Clock clock, PageState state) {
    this.node = node;
    this.clock = clock;
    this.state = state;
    this.own =
        Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("limpet-page", true));
    node.roster().addListener(onRoster);
    node.invitations().addListener(onInvitation);
    own.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
  }

  /** Takes an event of the journal, on any thread. */
  void onJournal(JournalEvent event) {
    onOwn(() -> state.happened(event, clock.instant()).ifPresent(this::tell));
    changed();
  }

  private void onInvitation(InvitationEvent event) {
    if (event instanceof InvitationEvent.Said said) {
      onOwn(() -> state.said(said.line()).ifPresent(this::tell));
    } else {
      changed();
    }
  }

  private void changed() {
    if (!isDue.getAndSet(true)) {
      try {
        own.schedule(this::look, GATHER_MS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        LOG.trace("closed", e);
      }
    }
  }

  private void onOwn(Runnable task) {
    try {
      own.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.trace("closed", e); // the journal goes on a little longer
    }
  }

  /** Tells somebody everything as it is now, and from then on whatever changes. */
  void add(EventSink viewer) {
    viewer.onClosed(
        () ->
            onOwn(
                () -> {
                  viewers.remove(viewer);
                  waiting.remove(viewer);
                }));
    onOwn(
        () -> {
          waiting.add(viewer);
          look();
        });
  }

  /** Asks the node how things are, if anybody wants to know. */
  private void look() {
    isDue.set(false);
    lookAgain = looking;
    if (looking || (viewers.isEmpty() && waiting.isEmpty())) {
      return;
    }
    looking = true;
    CompletableFuture<List<PeerReport>> peers = node.link().peers().toCompletableFuture();
    CompletableFuture<List<Activity>> activities =
        node.invitations().activities().toCompletableFuture();
    CompletableFuture<List<Invitation>> invitations =
        node.invitations().invitations().toCompletableFuture();
    CompletableFuture.allOf(peers, activities, invitations)
        .orTimeout(LOOK_MS * 5, TimeUnit.MILLISECONDS)
        .whenComplete(
            (done, problem) ->
                onOwn(
                    () -> {
                      looking = false;
                      if (lookAgain) {
                        changed();
                      }
                      if (problem == null) {
                        seen(peers.join(), activities.join(), invitations.join());
                      } else {
                        LOG.debug("the node does not say how it is: {}", problem.toString());
                      }
                    }));
  }

  private void seen(
      List<PeerReport> peers, List<Activity> activities, List<Invitation> invitations) {
    state
        .update(node.roster().people(), peers, activities, invitations, clock.instant())
        .ifPresent(this::tell);
    for (String activity : state.unread()) {
      node.invitations()
          .lines(activity)
          .whenComplete(
              (lines, problem) -> {
                if (problem == null) {
                  onOwn(() -> state.said(activity, lines).forEach(this::tell));
                }
              });
    }
    // After the change, which they have no use for.
    waiting.forEach(viewer -> viewer.send("snapshot", json(state.snapshot())));
    viewers.addAll(waiting);
    waiting.clear();
  }

  private void tell(Message message) {
    if (!viewers.isEmpty()) {
      String json = json(message);
      viewers.forEach(viewer -> viewer.send(message.kind(), json));
    }
  }

  private static String json(Message message) {
    try {
      return ControlJson.MAPPER.writeValueAsString(message.content());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    node.roster().removeListener(onRoster);
    node.invitations().removeListener(onInvitation);
    own.shutdownNow();
  }
}
