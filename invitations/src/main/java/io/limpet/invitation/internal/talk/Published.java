package io.limpet.invitation.internal.talk;

import io.limpet.invitation.GroupHandler;
import io.limpet.invitation.internal.group.ChannelStore.Change;
import io.limpet.invitation.internal.group.Delivery;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's messages: its last state, those since, and the application itself when there is
 * one. Confined to one event loop.
 */
final class Published {
  private static final Logger LOG = LoggerFactory.getLogger(Published.class);
  private static final String BASE = "app/state";
  private static final String MISSED = "app/missed";
  private static final int MAX_MESSAGES = 1000;
  private static final long MAX_BYTES = 4 << 20;

  /** From so many messages or bytes on a state takes their place: a start is not to take long. */
  private static final int COMPACT_MESSAGES = 256;

  private static final long COMPACT_BYTES = 1 << 20;

  private final String activity;
  private final Consumer<List<Change>> commit;
  private final MessageLog since;
  private final Set<MeshAddress> unseen = new TreeSet<>();

  /** What the application's state, or ours of it, follows from. */
  private final Marks given = new Marks();

  private @Nullable AppState base;
  private @Nullable GroupHandler handler;

  /** An application that gives no state is not asked at each message. */
  private int compactFrom = COMPACT_MESSAGES;

  Published(String activity, Consumer<List<Change>> commit, Map<String, Bytes> records) {
    this.activity = activity;
    this.commit = commit;
    Bytes state = records.get(BASE);
    this.base = state == null ? null : AppState.decode(state.toArray());
    if (base != null) {
      given.replace(base.marks());
    }
    this.since = new MessageLog("app/message/", MAX_MESSAGES, MAX_BYTES, records, given::covers);
    since.all().forEach(given::add);
    Bytes missed = records.get(MISSED);
    if (missed != null) {
      ByteBuffer in = ByteBuffer.wrap(missed.toArray());
      while (MeshAddress.isMesh(in)) {
        unseen.add(MeshAddress.read(in));
      }
    }
  }

  boolean isAttached() {
    return handler != null;
  }

  void attach(GroupHandler application) {
    handler = application;
    compactFrom = COMPACT_MESSAGES;
    AppState state = base;
    if (state != null) {
      tell(h -> h.restore(state.bytes().clone()));
    }
    for (Delivery delivery : since.all()) {
      give(delivery);
    }
    if (!unseen.isEmpty()) {
      List<MeshAddress> lost = List.copyOf(unseen);
      unseen.clear();
      commit.accept(List.of(new Change(MISSED, null)));
      lost.forEach(this::missed);
    }
  }

  void detach(GroupHandler application) {
    if (handler == application) {
      compact();
      handler = null;
    }
  }

  List<Change> record(Delivery delivery) {
    List<Change> changes = new ArrayList<>(since.takeForgotten());
    changes.add(since.record(delivery));
    return changes;
  }

  void deliver(Delivery delivery) {
    if (given.covers(delivery)) {
      // One of our own, which a member's messages were not enough to take the place of.
      return;
    }
    if (!since.isRecorded(delivery)) {
      // One of our own that a member's state, which took the place of ours, did not have.
      commit.accept(List.of(since.record(delivery)));
    }
    given.add(delivery);
    give(delivery);
    List<Delivery> lost = since.add(delivery);
    if (handler == null) {
      onLost(lost);
    } else if (since.size() >= compactFrom || since.bytes() >= COMPACT_BYTES) {
      compact();
    }
  }

  /** Nobody was there to take these: who is attached next is told. */
  private void onLost(List<Delivery> lost) {
    boolean news = false;
    for (Delivery delivery : lost) {
      news |= unseen.add(delivery.from());
    }
    if (news) {
      ByteBuffer senders = ByteBuffer.allocate(MeshAddress.BYTES * unseen.size());
      unseen.forEach(address -> address.write(senders));
      commit.accept(List.of(new Change(MISSED, Bytes.of(senders.array()))));
    }
  }

  private void compact() {
    Optional<byte[]> state = stateOfHandler();
    if (state.isEmpty()) {
      compactFrom = Math.min(2 * compactFrom, MAX_MESSAGES);
      return;
    }
    compactFrom = COMPACT_MESSAGES;
    AppState now = new AppState(state.get(), given.copy());
    base = now;
    since.clear();
    List<Change> changes = new ArrayList<>(since.takeForgotten());
    changes.add(new Change(BASE, Bytes.of(now.encode())));
    commit.accept(changes);
  }

  /** Returns what a newcomer gets. */
  State capture(List<Delivery> lines) {
    Optional<byte[]> state = stateOfHandler();
    return state.isPresent()
        ? new State(lines, new AppState(state.get(), given.copy()), List.of())
        : new State(lines, base, since.all());
  }

  private Optional<byte[]> stateOfHandler() {
    GroupHandler application = handler;
    if (application == null) {
      return Optional.empty();
    }
    try {
      return application
          .capture()
          .filter(s -> s.length <= GroupHandler.MAX_STATE_BYTES)
          .map(byte[]::clone);
    } catch (RuntimeException e) {
      LOG.warn("the application of activity {} gave no state", activity, e);
      return Optional.empty();
    }
  }

  List<Change> recordAll(State state) {
    AppState theirs = state.base();
    if (theirs == null) {
      return unknownOf(state).stream().map(since::record).toList();
    }
    List<Change> changes = new ArrayList<>(since.recordAll(dataOf(state)));
    changes.add(new Change(BASE, Bytes.of(theirs.encode())));
    return changes;
  }

  /** Messages without a state go on from ours; a state takes the place of ours. */
  void restore(State state) {
    AppState theirs = state.base();
    if (theirs == null) {
      unknownOf(state).forEach(this::deliver);
      return;
    }
    base = theirs;
    given.replace(theirs.marks());
    since.replace(dataOf(state));
    tell(h -> h.restore(theirs.bytes().clone()));
    for (Delivery delivery : since.all()) {
      given.add(delivery);
      give(delivery);
    }
  }

  private List<Delivery> unknownOf(State state) {
    return dataOf(state).stream().filter(d -> !given.covers(d)).toList();
  }

  private static List<Delivery> dataOf(State state) {
    return state.messages().stream().filter(d -> Payload.isData(d.payload())).toList();
  }

  void missed(MeshAddress sender) {
    tell(h -> h.onMissed(sender));
  }

  void slow(MeshAddress member, boolean slow) {
    tell(h -> h.onSlow(member, slow));
  }

  private void give(Delivery delivery) {
    tell(h -> h.onMessage(Contents.message(activity, delivery)));
  }

  /** An application's mistake is not to stop the channel. */
  private void tell(Consumer<GroupHandler> what) {
    GroupHandler application = handler;
    if (application == null) {
      return;
    }
    try {
      what.accept(application);
    } catch (RuntimeException e) {
      LOG.warn("the application of activity {} failed at what it was told", activity, e);
    }
  }
}
