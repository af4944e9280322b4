package io.limpet.invitation.internal.talk;

import io.limpet.invitation.GroupHandler;
import io.limpet.invitation.GroupMessage;
import io.limpet.invitation.Line;
import io.limpet.invitation.internal.group.ChannelApplication;
import io.limpet.invitation.internal.group.ChannelStore;
import io.limpet.invitation.internal.group.ChannelStore.Change;
import io.limpet.invitation.internal.group.Delivery;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was said in an activity, and published in its channel: kept, told, and given to newcomers.
 * Confined to one event loop.
 */
public final class Contents implements ChannelApplication {
  private static final int MAX_LINES = 1000;
  private static final long MAX_LINE_BYTES = 1 << 20;

  /** Who hears of it. */
  public interface Audience {
    /** Somebody, perhaps we, said something that was not known here. */
    void said(Line line);

    /** This member's state has taken the place of ours. */
    void restored(String activity, MeshAddress from);

    /** What this member said or published is lost here for good. */
    void missed(String activity, MeshAddress from);

    /** A member falls behind, and nobody waits for it any more; or has caught up. */
    void slow(String activity, MeshAddress member, boolean slow);

    /** A peer broke the protocol. */
    void violation(MeshAddress peer, String what);

    /** Returns what a member calls themselves, or nothing. */
    String name(MeshAddress member);
  }

  private final String activity;
  private final ChannelStore store;
  private final Audience audience;
  private final MessageLog lines;
  private final Published published;
  private final Marks told = new Marks();

  /** Takes up what the store has. */
  public Contents(String activity, ChannelStore store, Audience audience) {
    this.activity = activity;
    this.store = store;
    this.audience = audience;
    Map<String, Bytes> records = store.load(activity);
    this.lines = new MessageLog("line/", MAX_LINES, MAX_LINE_BYTES, records, line -> false);
    lines.all().forEach(told::add);
    this.published = new Published(activity, this::commit, records);
  }

  /** Returns the message that says a line. */
  public static byte[] line(Instant sent, String name, String text) {
    return Payload.line(sent, name, text);
  }

  /** Returns the message that publishes what an application gives. */
  public static byte[] data(byte[] payload) {
    return Payload.data(payload);
  }

  /** Returns a delivered message as its sender's application gets it. */
  public static GroupMessage message(String activity, Delivery delivery) {
    return new GroupMessage(
        activity, delivery.from(), delivery.sequence(), Payload.dataOf(delivery.payload()));
  }

  /** Attaches an application: it is given the state and the messages that it lacks, then all. */
  public void attach(GroupHandler handler) {
    published.attach(handler);
  }

  /** Takes the application off. */
  public void detach(GroupHandler handler) {
    published.detach(handler);
  }

  /** Says whether an application is attached. */
  public boolean isAttached() {
    return published.isAttached();
  }

  /** Returns the lines that are kept, oldest first. */
  public List<Line> lines() {
    return lines.all().stream().map(this::lineOf).flatMap(Optional::stream).toList();
  }

  /** Returns a delivered line. */
  public Line line(Delivery delivery) {
    return lineOf(delivery).orElseThrow(() -> new IllegalArgumentException("not a line"));
  }

  private Optional<Line> lineOf(Delivery delivery) {
    Payload.Spoken spoken = Payload.lineOf(delivery.payload());
    if (spoken == null) {
      return Optional.empty();
    }
    String name = audience.name(delivery.from());
    return Optional.of(
        new Line(
            activity,
            delivery.from(),
            name.isEmpty() ? spoken.name() : name,
            delivery.sequence(),
            spoken.sent(),
            spoken.text()));
  }

  @Override
  public List<Change> record(Delivery delivery) {
    if (Payload.isData(delivery.payload())) {
      return published.record(delivery);
    }
    if (!isLine(delivery)) {
      return List.of();
    }
    List<Change> changes = new ArrayList<>(lines.takeForgotten());
    changes.add(lines.record(delivery));
    return changes;
  }

  @Override
  public void deliver(Delivery delivery) {
    if (Payload.isData(delivery.payload())) {
      published.deliver(delivery);
      return;
    }
    Optional<Line> line = lineOf(delivery);
    if (line.isEmpty()) {
      audience.violation(delivery.from(), "a message of no known kind");
      return;
    }
    if (!lines.isRecorded(delivery)) {
      // A line of our own that a member's state, which took the place of ours, did not have.
      commit(List.of(lines.record(delivery)));
    }
    var unused = lines.add(delivery);
    tell(delivery, line.get());
  }

  private static boolean isLine(Delivery delivery) {
    return Payload.lineOf(delivery.payload()) != null;
  }

  private void tell(Delivery delivery, Line line) {
    if (!told.covers(delivery)) {
      told.add(delivery);
      audience.said(line);
    }
  }

  @Override
  public byte[] capture() {
    return published.capture(lines.all()).encode();
  }

  @Override
  public List<Change> recordSnapshot(byte[] snapshot) {
    State state = State.decode(snapshot);
    if (state == null) {
      return List.of();
    }
    List<Change> changes = new ArrayList<>(lines.recordAll(spokenOf(state)));
    changes.addAll(published.recordAll(state));
    return changes;
  }

  @Override
  public void restore(MeshAddress from, byte[] snapshot) {
    State state = State.decode(snapshot);
    if (state == null) {
      audience.violation(from, "a state that is none");
      return;
    }
    List<Delivery> spoken = spokenOf(state);
    lines.replace(spoken);
    spoken.forEach(delivery -> tell(delivery, line(delivery)));
    published.restore(state);
    audience.restored(activity, from);
  }

  private static List<Delivery> spokenOf(State state) {
    return state.lines().stream().filter(Contents::isLine).toList();
  }

  @Override
  public void missed(MeshAddress sender) {
    audience.missed(activity, sender);
    published.missed(sender);
  }

  @Override
  public void slow(MeshAddress member, boolean slow) {
    audience.slow(activity, member, slow);
    published.slow(member, slow);
  }

  private void commit(List<Change> changes) {
    // What fails to be kept beyond this life is with the other members.
    var unused = store.commit(activity, changes);
  }
}
