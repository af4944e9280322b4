package io.limpet.invitation.internal.group;

import io.limpet.invitation.InvitationException;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One activity's channel at one node: what a member publishes reaches every member, itself
 * included, in order per sender, exactly once.
 *
 * <p>It goes out once by multicast. Who misses something notices it by what follows, or by the
 * sender's heartbeats, asks for it, and gets it in the way that costs the least airtime. Members
 * whom multicast does not reach are served by stream. Whoever comes late gets a member's state, and
 * then what is not in it; and so does whoever has been away for longer than what others keep for
 * them.
 *
 * <p>Nothing is sent before it is stored here, and nothing is acknowledged before it is stored.
 * Sans-IO; confined to one event loop.
 */
public final class Channel {
  private static final String SYNCED = "synced";
  private static final ChannelStore.Change IS_SYNCED =
      new ChannelStore.Change(SYNCED, Bytes.of(new byte[] {1}));

  /** Most publications that wait for room in the backlog, and most bytes in them. */
  private static final int MAX_WAITING = 1024;

  private static final int MAX_WAITING_BYTES = 2 << 20;
  private static final long RESYNC_SPACING_NS = 10_000_000_000L;

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Publication(byte[] payload, CompletableFuture<Delivery> stage) {}

  private final ChannelSetup setup;
  private final MeshAddress self;
  private final SendLog log;
  private final Sender sender;
  private final Receiver receiver;
  private final Deliveries deliveries;
  private final SnapshotServer server;
  private final SnapshotClient client;
  private final ArrayDeque<Publication> waiting = new ArrayDeque<>();
  private final List<Deliveries.Watermark> stored = new ArrayList<>();
  private long waitingBytes;
  private Set<MeshAddress> others = Set.of();
  private @Nullable MeshAddress owner;
  private boolean in;

  /** Our state follows from all that came before: we can go on from it, and give it to others. */
  private boolean synced;

  /** A snapshot is being stored. */
  private boolean restoring;

  private long deliveredOwn;

  /** Counts the changes of our state. */
  private long version;

  private long resyncNs = Long.MIN_VALUE;

  /** Makes a channel, with what its store has of it; nobody is in it yet. */
  public Channel(ChannelSetup setup) {
    this.setup = setup;
    this.self = setup.self();
    String activity = setup.activity();
    ChannelClock clock = setup.clock();
    Map<String, Bytes> records = setup.store().load(activity);
    this.log = new SendLog(activity, setup.epoch(), setup.limits(), setup.store(), clock, records);
    this.deliveredOwn = log.storedSequence();
    this.deliveries =
        new Deliveries(
            activity,
            setup.store(),
            clock,
            setup.application(),
            this::onStored,
            setup.out()::rescheduled);
    this.sender =
        new Sender(
            activity,
            setup.epoch(),
            log,
            setup.limits(),
            clock,
            setup.out(),
            setup.application()::slow,
            () -> !isSettled());
    this.receiver =
        new Receiver(
            activity,
            self,
            setup.limits(),
            clock,
            setup.random(),
            setup.out(),
            deliveries,
            this::onCutOff);
    this.server =
        new SnapshotServer(
            activity, clock, setup.random(), setup.out(), this::capture, () -> version);
    this.client = new SnapshotClient(activity, clock, setup.out(), new FromClient());
    this.synced = records.containsKey(SYNCED);
    records.forEach(
        (key, body) -> {
          Deliveries.Watermark mark = Deliveries.read(key, body);
          if (mark != null) {
            stored.add(mark);
          }
        });
  }

  /**
   * Takes a new list of members.
   *
   * @param members with us, or empty when we are not in
   * @param theOwner who is asked for a snapshot first; when it is we, none is needed
   */
  public void setMembership(Collection<MeshAddress> members, MeshAddress theOwner) {
    boolean wasIn = in;
    in = members.contains(self);
    owner = theOwner;
    Set<MeshAddress> now = in ? new TreeSet<>(members) : new TreeSet<>();
    now.remove(self);
    others = now;
    receiver.setMembers(now);
    if (in && !wasIn) {
      enter();
    } else if (!in && wasIn) {
      leave();
    }
    sender.setMembers(now);
    flush();
  }

  /** Says for how long what we publish is kept for members who do not have it. */
  public void setRetention(Duration retention) {
    log.setRetention(retention);
  }

  /** Says whether we are in, and have a state of our own. */
  public boolean isSynced() {
    return in && synced;
  }

  /**
   * Returns how many bytes are held of what others sent, out of order or in unfinished messages.
   */
  public long heldBytes() {
    return receiver.heldBytes();
  }

  /**
   * No state of somebody else is about to take the place of ours, with what it lacks of our own.
   */
  private boolean isSettled() {
    return synced && !restoring && !client.isActive();
  }

  /**
   * Publishes to every member; completes when it is stored here, which waits until not too much is
   * on its way. Fails with {@link ChannelFullException} when too much waits already.
   */
  public CompletionStage<Delivery> publish(byte[] payload) {
    if (payload.length == 0 || payload.length > ChannelLimits.MAX_MESSAGE) {
      throw new IllegalArgumentException("a message of " + payload.length + " bytes");
    }
    if (!in) {
      return CompletableFuture.failedFuture(notIn());
    }
    if (waiting.size() >= MAX_WAITING
        || (waitingBytes > 0 && waitingBytes + payload.length > MAX_WAITING_BYTES)) {
      return CompletableFuture.failedFuture(
          new InvitationException("too much waits to be sent already: wait until some has gone"));
    }
    Publication publication = new Publication(payload.clone(), new CompletableFuture<>());
    waiting.addLast(publication);
    waitingBytes += payload.length;
    flush();
    return publication.stage();
  }

  /** Takes a datagram of the group, or one to us alone. */
  public void onDatagram(MeshAddress from, byte[] bytes) {
    onBytes(from, bytes, false);
  }

  /** Takes a message of a stream. */
  public void onStream(MeshAddress from, Message.OfGroup message) {
    if (!others.contains(from)) {
      return;
    }
    if (message instanceof Message.Carried carried) {
      onBytes(from, carried.packet().toArray(), true);
    } else if (message instanceof Message.SnapshotWanted wanted) {
      server.onWanted(from, wanted, isSynced() && !restoring);
    } else if (message instanceof Message.SnapshotPart part) {
      client.onPart(from, part);
    } else if (message instanceof Message.SnapshotNone) {
      client.onNone(from);
    }
  }

  /** This member says that it knows nothing of the activity. */
  public void onNotMember(MeshAddress from) {
    sender.onNotMember(from);
    client.onNone(from);
  }

  /** This member was heard after silence, or restarted. */
  public void onReachable(MeshAddress peer) {
    sender.onReachable(peer);
  }

  /** A stream to this member is ready, or may have lost something: repeat what is unanswered. */
  public void onStreamReady(MeshAddress peer) {
    sender.onStreamReady(peer);
    client.onStreamReady(peer);
  }

  /** Says whether there is something to say to this member by stream. */
  public boolean hasWork(MeshAddress peer) {
    return others.contains(peer) && (sender.hasWork(peer) || client.hasWork(peer));
  }

  /** Does what is due. */
  public void onTime() {
    deliveries.onTime();
    sender.onTime();
    receiver.onTime();
    client.onTime();
    flush();
  }

  /** Returns when to call {@link #onTime}, by the clock; {@code Long.MAX_VALUE}: not by time. */
  public long nextDeadlineNs() {
    return Math.min(
        Math.min(sender.deadlineNs(), receiver.deadlineNs()),
        Math.min(client.deadlineNs(), deliveries.deadlineNs()));
  }

  private void onBytes(MeshAddress from, byte[] bytes, boolean byStream) {
    if (!others.contains(from)) {
      // Not a member any more, or not yet by the list that we have.
      return;
    }
    Packet packet = PacketCodec.decode(bytes);
    if (packet == null) {
      setup.out().violation(from, "what is no packet");
    } else if (packet instanceof Packet.OfSender ofSender) {
      receiver.onPacket(from, ofSender, byStream);
    } else if (packet instanceof Packet.Nack nack) {
      if (nack.sender().equals(self)) {
        sender.onNack(from, nack);
      } else {
        receiver.onOtherAsks(from, nack);
      }
    } else if (packet instanceof Packet.Reports reports) {
      for (Packet.Report report : reports.each()) {
        if (report.sender() == Member.shortForm(self)) {
          sender.onReport(from, report.stream(), report.position());
        }
      }
    } else if (packet instanceof Packet.Ack ack) {
      sender.onAck(from, ack);
    }
    flush();
  }

  private void enter() {
    if (synced) {
      receiver.start(stored);
      stored.clear();
    } else if (others.isEmpty() || self.equals(owner)) {
      sync(List.of());
    } else {
      client.start();
    }
  }

  private void leave() {
    client.cancel();
    deliveries.clear();
    receiver.stop();
    restoring = false;
    synced = false;
    List<Publication> unsent = List.copyOf(waiting);
    waiting.clear();
    waitingBytes = 0;
    unsent.forEach(p -> p.stage().completeExceptionally(notIn()));
    var unused =
        setup.store().commit(setup.activity(), List.of(new ChannelStore.Change(SYNCED, null)));
  }

  /** Begins with what is there, without anybody's state. */
  private void sync(List<Deliveries.Watermark> marks) {
    synced = true;
    var unused = setup.store().commit(setup.activity(), List.of(IS_SYNCED));
    receiver.start(marks);
    deliverOwn();
    sender.trim();
  }

  private void onStored() {
    version++;
    receiver.onStored();
  }

  private void flush() {
    while (in && !waiting.isEmpty() && sender.backlogBytes() < setup.limits().backlogBytes()) {
      Publication publication = waiting.removeFirst();
      waitingBytes -= publication.payload().length;
      log.append(publication.payload(), chunk(), own -> setup.application().record(own(own)))
          .whenComplete(
              (own, failure) -> {
                onAppended(publication, own, failure);
                setup.out().rescheduled();
              });
    }
  }

  private void onAppended(
      Publication publication, SendLog.@Nullable Own own, @Nullable Throwable failure) {
    if (failure != null || own == null) {
      publication
          .stage()
          .completeExceptionally(
              failure == null ? new InvitationException("nothing was stored") : failure);
      return;
    }
    if (isSynced() && !restoring) {
      deliverOwn();
    }
    sender.pump();
    publication.stage().complete(own(own));
  }

  private static InvitationException notIn() {
    return new InvitationException("we are not in this activity any more");
  }

  private void deliverOwn() {
    for (SendLog.Own own : log.messagesFrom(deliveredOwn)) {
      deliveredOwn = own.sequence + 1;
      version++;
      setup.application().deliver(own(own));
    }
  }

  private Delivery own(SendLog.Own own) {
    return new Delivery(self, log.stream(), own.sequence, own.payload);
  }

  private int chunk() {
    int most = setup.out().maxPacketBytes();
    int packet = most == 0 ? ChannelLimits.MAX_DATAGRAM / 8 : most;
    return Math.max(
        ChannelLimits.MIN_CHUNK,
        packet - PacketCodec.OVERHEAD - Erasure.LENGTH_BYTES - Fragment.OVERHEAD);
  }

  private Snapshot capture() {
    List<Deliveries.Watermark> marks = new ArrayList<>(receiver.watermarks());
    marks.removeIf(m -> m.sender().equals(self));
    marks.add(new Deliveries.Watermark(self, log.stream(), log.storedEnd(), log.storedSequence()));
    return new Snapshot(marks, setup.application().capture());
  }

  private void onCutOff(MeshAddress cut, long base) {
    long nowNs = setup.clock().nowNs();
    if (!isSynced() || restoring || client.isActive()) {
      return;
    }
    if (resyncNs != Long.MIN_VALUE && nowNs - resyncNs < RESYNC_SPACING_NS) {
      return;
    }
    resyncNs = nowNs;
    client.require(cut, base);
    client.start();
  }

  private final class FromClient implements SnapshotClient.Wanting {
    /** The owner first; whoever cut us off last: any other has a reason less to be wrong. */
    @Override
    public List<MeshAddress> candidates() {
      List<MeshAddress> all = new ArrayList<>(others);
      List<MeshAddress> last = receiver.cutOff();
      all.removeAll(last);
      all.addAll(last);
      Optional.ofNullable(owner).filter(all::remove).ifPresent(o -> all.add(0, o));
      return all;
    }

    @Override
    public void onSnapshot(MeshAddress from, Snapshot snapshot) {
      restoring = true;
      deliveries.clear();
      receiver.stop();
      List<ChannelStore.Change> changes =
          new ArrayList<>(setup.application().recordSnapshot(snapshot.state()));
      snapshot.marks().stream()
          .filter(m -> !m.sender().equals(self))
          .forEach(m -> changes.add(Deliveries.change(m)));
      changes.add(IS_SYNCED);
      setup
          .store()
          .commit(setup.activity(), changes)
          .whenComplete(
              (done, failure) -> {
                onStoredSnapshot(from, snapshot, failure);
                setup.out().rescheduled();
              });
    }

    private void onStoredSnapshot(
        MeshAddress from, Snapshot snapshot, @Nullable Throwable failure) {
      if (!restoring) {
        // We have left meanwhile.
        return;
      }
      restoring = false;
      if (failure != null) {
        synced = false;
        client.startLater();
        return;
      }
      version++;
      setup.application().restore(from, snapshot.state());
      synced = true;
      deliveredOwn = log.baseSequence();
      snapshot.marks().stream()
          .filter(m -> m.sender().equals(self) && m.stream() == log.stream())
          .forEach(m -> deliveredOwn = Math.max(deliveredOwn, m.sequence()));
      receiver.start(snapshot.marks());
      deliverOwn();
      sender.trim();
      receiver.reportToAll();
    }

    @Override
    public void onNone() {
      if (!synced) {
        List<Deliveries.Watermark> marks = new ArrayList<>(stored);
        marks.addAll(receiver.watermarks());
        sync(marks);
        return;
      }
      for (MeshAddress cut : receiver.cutOff()) {
        receiver.skip(cut);
        setup.application().missed(cut);
      }
    }
  }
}
