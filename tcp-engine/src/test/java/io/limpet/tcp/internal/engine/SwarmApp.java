package io.limpet.tcp.internal.engine;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpState;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The application at one end of a connection: follows its {@link SwarmHabit}, looks at the
 * connection only when the engine has said that there is something to see, and compares every byte
 * with what the other end wrote.
 */
final class SwarmApp {
  /** A prime, so that bytes that are out of place by any round number are other bytes. */
  private static final int PATTERN_BYTES = 65_521;

  private static final byte[] PATTERN = new byte[PATTERN_BYTES];

  static {
    new SplittableRandom(1).nextBytes(PATTERN);
  }

  final SwarmWorld world;
  final SwarmNode node;
  final Connection connection;
  final SwarmHabit habit;
  final boolean active;
  final int id;
  final int nodeEpoch;
  final long openedNs;
  private final int patternOffset;
  private final byte[] inputBytes = new byte[16 << 10];
  private final ByteBuffer input = ByteBuffer.wrap(inputBytes);

  // What it did.
  int written;
  int received;
  boolean accepted;
  boolean aborted;
  boolean outputClosed;
  boolean closeCalled;
  boolean closedEarly;
  boolean threwAway;
  boolean urgentMarked;

  // What it heard.
  boolean connected;
  boolean inputEnded;
  @Nullable CloseReason closed;

  /** When it was over, by the net's clock. */
  long endedNs = Long.MAX_VALUE;

  private boolean waitsForRoom;
  private boolean writeScheduled;
  private boolean readScheduled;
  private boolean suspect;

  SwarmApp(SwarmNode node, Connection connection, SwarmHabit habit, boolean active) {
    this.world = node.world;
    this.node = node;
    this.connection = connection;
    this.habit = habit;
    this.active = active;
    this.id = world.apps.size();
    this.nodeEpoch = node.epoch;
    this.openedNs = world.nowNs;
    this.patternOffset = world.random.nextInt(PATTERN_BYTES);
    connection.setAttachment(this);
    world.apps.add(this);
  }

  /** The connection is its own now: it begins. */
  void start() {
    accepted = true;
    if (habit.ending() == SwarmHabit.Ending.ABORT) {
      later(habit.abortAfterNs(), this::abort);
    }
    if (habit.reading() == SwarmHabit.Reading.SLOW || habit.reading() == SwarmHabit.Reading.LATE) {
      scheduleReading();
    }
    if (habit.lastWords()) {
      connection.expectLastWords();
    }
    write();
  }

  /** Says whether there is anything left of it. */
  boolean isOver() {
    return closed != null || isForgotten();
  }

  /** Its node has restarted: nobody will ever hear of it again. */
  boolean isForgotten() {
    return nodeEpoch != node.epoch;
  }

  /** Says whether it ended in order although it had read neither all nor as much as it wanted. */
  boolean isCutShort() {
    return closed instanceof CloseReason.Graceful && !closedEarly && !inputEnded;
  }

  private void later(long delayNs, Runnable what) {
    world.at(
        delayNs,
        node,
        () -> {
          if (!isForgotten()) {
            what.run();
          }
        });
  }

  // Writing.

  void write() {
    if (isOver() || outputClosed || waitsForRoom || writeScheduled) {
      return;
    }
    while (written < habit.bytes()) {
      if (connection.state() == TcpState.CLOSED) {
        // Why is about to be heard.
        return;
      }
      int from = (patternOffset + written) % PATTERN_BYTES;
      int offered = Math.min(habit.bytes() - written, habit.chunkBytes());
      offered = Math.min(offered, PATTERN_BYTES - from);
      int room = connection.writableBytes();
      int taken = connection.write(node.nowNs(), ByteBuffer.wrap(PATTERN, from, offered));
      world.check(taken == Math.min(room, offered), this, "took %d of %d", taken, offered);
      written += taken;
      if (taken > 0 && habit.urgentShare() > 0 && world.chance(habit.urgentShare())) {
        urgentMarked = true;
        connection.markUrgent(node.nowNs());
      }
      if (taken < offered) {
        waitsForRoom = true;
        return;
      }
      if (habit.writeGapNs() > 0 && !world.calm) {
        writeScheduled = true;
        later(habit.writeGapNs(), this::writeOn);
        return;
      }
    }
    finish();
  }

  private void writeOn() {
    writeScheduled = false;
    write();
  }

  private void finish() {
    switch (habit.ending()) {
      case HALF_CLOSE -> shutdown();
      case CLOSE -> close();
      case STAY, ABORT -> {
        if (world.calm) {
          shutdown();
        }
      }
    }
  }

  private void shutdown() {
    outputClosed = true;
    world.note(() -> this + " ends its output after " + written);
    connection.shutdownOutput(node.nowNs());
    closeIfDone();
  }

  void close() {
    if (closeCalled) {
      return;
    }
    closeCalled = true;
    closedEarly = !inputEnded;
    outputClosed = true;
    threwAway = connection.readableBytes() > 0;
    world.note(() -> this + " closes after " + written);
    connection.close(node.nowNs());
  }

  private void abort() {
    if (!isOver() && !world.calm) {
      aborted = true;
      world.note(() -> this + " aborts");
      connection.abort(node.nowNs());
    }
  }

  private void closeIfDone() {
    if (inputEnded && outputClosed) {
      close();
    }
  }

  // Reading.

  private void scheduleReading() {
    if (!readScheduled) {
      readScheduled = true;
      later(habit.readGapNs(), this::readOn);
    }
  }

  private void readOn() {
    readScheduled = false;
    if (closeCalled || inputEnded) {
      return;
    }
    if (world.calm || habit.reading() == SwarmHabit.Reading.LATE) {
      readAll();
    } else if (readSome(habit.readBytes()) >= 0) {
      scheduleReading();
    }
  }

  private boolean readsAtOnce() {
    return world.calm
        || habit.reading() == SwarmHabit.Reading.EAGER
        || (habit.reading() == SwarmHabit.Reading.LATE && !readScheduled);
  }

  private void readAll() {
    while (!closeCalled && readSome(input.capacity()) > 0) {
      // All there is.
    }
  }

  private int readSome(int most) {
    int readable = connection.readableBytes();
    input.clear().limit(Math.min(most, input.capacity()));
    int count = connection.read(node.nowNs(), input);
    if (count < 0) {
      onEnd();
      return count;
    }
    world.check(count == Math.min(readable, input.limit()), this, "read %d of %d", count, readable);
    SwarmApp other = counterpart();
    if (count > 0) {
      world.check(other != null || node.hasLeapt(), this, "read %d bytes that nobody wrote", count);
    }
    if (other != null) {
      int end = received + count;
      world.check(end <= other.written, this, "read %d of %d written", end, other.written);
      world.check(other.wrote(received, inputBytes, count), this, "other bytes at %d", received);
      received = end;
    }
    return count;
  }

  private boolean wrote(int position, byte[] bytes, int count) {
    int from = (patternOffset + position) % PATTERN_BYTES;
    int first = Math.min(count, PATTERN_BYTES - from);
    return Arrays.equals(PATTERN, from, from + first, bytes, 0, first)
        && Arrays.equals(PATTERN, 0, count - first, bytes, first, count);
  }

  private void onEnd() {
    if (!connection.isInputAtEnd() || inputEnded) {
      return;
    }
    inputEnded = true;
    world.note(() -> this + " has read to the end, " + received);
    SwarmApp other = counterpart();
    world.check(other != null && other.outputClosed, this, "an end that nobody made");
    if (other != null) {
      world.check(received == other.written, this, "the end at %d/%d", received, other.written);
    }
    closeIfDone();
  }

  // What the engine tells.

  void onEvents() {
    for (TcpEvent e = connection.pollEvent(); e != null; e = connection.pollEvent()) {
      TcpEvent event = e;
      world.note(() -> this + " hears " + event);
      world.check(closed == null, this, "an event after the last: %s", event);
      onEvent(event);
    }
  }

  private void onEvent(TcpEvent event) {
    if (event instanceof TcpEvent.Connected) {
      SwarmApp other = counterpart();
      world.check(!connected, this, "connected twice");
      world.check(other != null && other.accepted, this, "connected to nobody");
      connected = true;
    } else if (event instanceof TcpEvent.Readable) {
      if (readsAtOnce()) {
        readAll();
      }
    } else if (event instanceof TcpEvent.Writable) {
      world.check(waitsForRoom, this, "writable without having waited");
      waitsForRoom = false;
      write();
    } else if (event instanceof TcpEvent.Urgent) {
      SwarmApp other = counterpart();
      world.check(other != null && other.urgentMarked, this, "urgent without a mark");
    } else if (event instanceof TcpEvent.PeerSuspect) {
      world.check(!suspect, this, "suspected twice");
      suspect = true;
    } else if (event instanceof TcpEvent.PeerResumed) {
      world.check(suspect, this, "resumed without a suspicion");
      suspect = false;
    } else if (event instanceof TcpEvent.Closed over) {
      onClosed(over.reason());
    }
  }

  private void onClosed(CloseReason reason) {
    closed = reason;
    endedNs = world.nowNs;
    String unexplained = SwarmVerdict.unexplained(this, reason);
    world.check(unexplained == null, this, "%s: %s", reason, unexplained);
    boolean interested = world.calm || habit.reading() != SwarmHabit.Reading.NEVER;
    if (interested && !(reason instanceof CloseReason.LocalAbort)) {
      readAll();
    } else {
      closeCalled = true;
      closedEarly = true;
    }
    connection.close(node.nowNs());
  }

  /** The weather is over: what was begun is brought to an end. */
  void onCalm() {
    if (isOver() || !accepted) {
      return;
    }
    if (!readScheduled && habit.reading() != SwarmHabit.Reading.EAGER) {
      later(1, this::readAll);
    }
    if (!waitsForRoom && !writeScheduled) {
      later(1, this::write);
    }
  }

  /** The application at the other end, or null if there is none, or none that is known. */
  @Nullable SwarmApp counterpart() {
    Tcb mine = connection.tcb;
    for (int i = world.apps.size() - 1; i >= 0; i--) {
      SwarmApp other = world.apps.get(i);
      Tcb theirs = other.connection.tcb;
      if (other != this
          && other.node.address.equals(connection.peer())
          && node.address.equals(other.connection.peer())
          && other.connection.localPort() == connection.remotePort()
          && other.connection.remotePort() == connection.localPort()
          && mine.irs == theirs.iss
          && (theirs.irs == mine.iss || theirs.state == TcpState.SYN_SENT || !knowsPeer(theirs))) {
        return other;
      }
    }
    return null;
  }

  /** Whether it has ever seen a SYN of its peer. */
  private static boolean knowsPeer(Tcb tcb) {
    return tcb.irs != 0;
  }

  /** How far it has come, and what it waits for. */
  String progress() {
    return String.format(
        "%s, %s, read %d, wrote %d, room for %d%s%s%s%s",
        SwarmAudit.describe(connection),
        habit,
        received,
        written,
        connection.writableBytes(),
        waitsForRoom ? ", waits for room" : "",
        writeScheduled ? ", pauses writing" : "",
        outputClosed ? ", output closed" : "",
        inputEnded ? ", input ended" : "");
  }

  @Override
  public String toString() {
    return String.format(
        "#%d %s%d>%s%d %s",
        id,
        node.name,
        connection.localPort(),
        world.name(connection.peer()),
        connection.remotePort(),
        connection.state());
  }
}
