package io.limpet.invitation.internal.group;

import io.limpet.invitation.internal.wire.Message;
import io.limpet.invitation.internal.wire.MessageCodec;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.SendOutcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One life of a member: a channel, and an application whose state is what it was given last of each
 * sender, with a sum of all of it. It insists on the order, and on each message once.
 */
final class SimNode implements SimRadio.Station, ChannelOutput, ChannelApplication {
  static final int MAX_PACKET = 1300;
  private static final String HELD = "app/";

  /** What the application has of one sender. */
  record Held(long stream, long sequence, long sum) {}

  final int index;
  final MeshAddress address;
  final Channel channel;
  final SimDisk.Life disk;
  final Map<MeshAddress, Held> state = new TreeMap<>();
  final List<String> violations = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  boolean givesNoSnapshots;
  boolean takesNothing;
  int unanswered;
  int restored;
  int missed;
  private final SimWorld world;
  private final Map<MeshAddress, NavigableMap<Long, Held>> underWay = new TreeMap<>();
  private long armedNs = Long.MAX_VALUE;
  private boolean dead;

  SimNode(SimWorld world, int index, long epoch, SimDisk disk, ChannelLimits limits, long seed) {
    this.world = world;
    this.index = index;
    this.address = address(index);
    this.disk = disk.new Life();
    for (Map.Entry<String, Bytes> record : this.disk.load("a").entrySet()) {
      if (record.getKey().startsWith(HELD)) {
        ByteBuffer in = ByteBuffer.wrap(record.getValue().toArray());
        state.put(MeshAddress.read(in), new Held(in.getLong(), in.getLong(), in.getLong()));
      }
    }
    this.channel =
        new Channel(
            new ChannelSetup(
                "a", address, epoch, limits, this.disk, world.time, new Random(seed), this, this));
  }

  static MeshAddress address(int index) {
    return new MeshAddress(0x2001_0020_0000_0000L, 1L + index);
  }

  void crash() {
    dead = true;
    disk.crash();
  }

  boolean isDead() {
    return dead;
  }

  void setMembership(Collection<Integer> members) {
    channel.setMembership(members.stream().map(SimNode::address).toList(), address(0));
    arm();
  }

  CompletionStage<Delivery> publish(byte[] payload) {
    CompletionStage<Delivery> stage = channel.publish(payload);
    arm();
    return stage;
  }

  void onReachable(int other) {
    channel.onReachable(address(other));
    arm();
  }

  void onStreamReady(int other) {
    channel.onStreamReady(address(other));
    arm();
  }

  @Override
  public void onFrame(int from, boolean byStream, Object payload) {
    boolean data = payload instanceof byte[] packet && packet.length > 0 && packet[0] <= 2;
    if (dead || (takesNothing && data)) {
      return;
    }
    if (payload instanceof Message.OfGroup message) {
      channel.onStream(address(from), message);
    } else {
      channel.onDatagram(address(from), (byte[]) payload);
    }
    arm();
  }

  /** Sees to it that the channel is called when it wants to be. */
  void arm() {
    long deadlineNs = channel.nextDeadlineNs();
    if (dead || deadlineNs >= armedNs) {
      return;
    }
    armedNs = deadlineNs;
    world.time.at(
        deadlineNs,
        () -> {
          if (!dead && armedNs == deadlineNs) {
            armedNs = Long.MAX_VALUE;
            channel.onTime();
            world.countTurn();
            arm();
          }
        });
  }

  @Override
  public int maxPacketBytes() {
    return MAX_PACKET;
  }

  @Override
  public SendOutcome multicast(byte[] packet) {
    if (packet.length > MAX_PACKET) {
      throw new AssertionError("a packet of " + packet.length);
    }
    world.radio.multicast(index, packet);
    return SendOutcome.SENT;
  }

  @Override
  public SendOutcome direct(MeshAddress member, byte[] packet) {
    world.radio.direct(index, indexOf(member), packet);
    return SendOutcome.SENT;
  }

  @Override
  public boolean isUnicast(MeshAddress member) {
    return true;
  }

  @Override
  public void stream(MeshAddress member, Message.OfGroup message) {
    Message.OfGroup said =
        givesNoSnapshots && message instanceof Message.SnapshotPart
            ? new Message.SnapshotNone("a")
            : message;
    world.stream(index, indexOf(member), said, MessageCodec.encode(said).length);
  }

  @Override
  public void rescheduled() {
    arm();
  }

  @Override
  public void violation(MeshAddress peer, String what) {
    violations.add(peer.low() + " " + what);
  }

  @Override
  public List<ChannelStore.Change> record(Delivery delivery) {
    // Perhaps again, when it could not be stored the first time.
    NavigableMap<Long, Held> ahead =
        underWay.computeIfAbsent(delivery.from(), f -> new TreeMap<>());
    Held before = ahead.getOrDefault(delivery.sequence() - 1, state.get(delivery.from()));
    Held held = after(before, delivery);
    ahead.put(delivery.sequence(), held);
    return List.of(change(delivery.from(), held));
  }

  @Override
  public void deliver(Delivery delivery) {
    Held before = state.get(delivery.from());
    boolean fresh = before == null || before.stream() != delivery.stream();
    long expected = fresh ? 1 : before.sequence() + 1;
    if (delivery.sequence() != expected && missed == 0) {
      // Not thrown: a stage would swallow it.
      world.wrongs.add(
          index
              + " got "
              + delivery.sequence()
              + " of "
              + delivery.from().low()
              + ", not "
              + expected);
    }
    state.put(delivery.from(), after(before, delivery));
    underWay
        .getOrDefault(delivery.from(), new TreeMap<>())
        .headMap(delivery.sequence(), true)
        .clear();
    world.onDelivered(this, delivery);
  }

  private static Held after(@Nullable Held before, Delivery delivery) {
    long sum = before == null || before.stream() != delivery.stream() ? 17 : before.sum();
    for (byte b : delivery.payload()) {
      sum = 31 * sum + b;
    }
    return new Held(delivery.stream(), delivery.sequence(), sum);
  }

  private static ChannelStore.Change change(MeshAddress from, Held held) {
    ByteBuffer body = ByteBuffer.allocate(40);
    from.write(body);
    body.putLong(held.stream()).putLong(held.sequence()).putLong(held.sum());
    return new ChannelStore.Change(HELD + from.low(), Bytes.of(body.array()));
  }

  @Override
  public byte[] capture() {
    ByteBuffer out = ByteBuffer.allocate(40 * state.size() + world.snapshotPadding);
    state.forEach(
        (from, held) -> {
          from.write(out);
          out.putLong(held.stream()).putLong(held.sequence()).putLong(held.sum());
        });
    return out.array();
  }

  private Map<MeshAddress, Held> read(byte[] snapshot) {
    ByteBuffer in = ByteBuffer.wrap(snapshot, 0, snapshot.length - world.snapshotPadding);
    Map<MeshAddress, Held> read = new TreeMap<>();
    while (in.hasRemaining()) {
      read.put(MeshAddress.read(in), new Held(in.getLong(), in.getLong(), in.getLong()));
    }
    return read;
  }

  @Override
  public List<ChannelStore.Change> recordSnapshot(byte[] snapshot) {
    List<ChannelStore.Change> changes = new ArrayList<>();
    underWay.clear();
    disk.load("a").keySet().stream()
        .filter(k -> k.startsWith(HELD))
        .forEach(k -> changes.add(new ChannelStore.Change(k, null)));
    read(snapshot).forEach((from, held) -> changes.add(change(from, held)));
    return changes;
  }

  @Override
  public void restore(MeshAddress from, byte[] snapshot) {
    state.clear();
    state.putAll(read(snapshot));
    restored++;
  }

  @Override
  public void missed(MeshAddress sender) {
    missed++;
  }

  @Override
  public void slow(MeshAddress member, boolean slow) {
    events.add((slow ? "slow " : "caught up ") + indexOf(member));
  }

  private static int indexOf(MeshAddress address) {
    return (int) address.low() - 1;
  }
}
