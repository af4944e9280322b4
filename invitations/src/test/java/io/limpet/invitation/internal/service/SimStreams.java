package io.limpet.invitation.internal.service;

import io.limpet.invitation.internal.stream.PeerStreams;
import io.limpet.invitation.internal.wire.MalformedMessageException;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.invitation.internal.wire.MessageCodec;
import io.limpet.link.MeshAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Streams as the contract allows them to be at their worst, in virtual time. */
final class SimStreams implements PeerStreams {
  private static final long RETRY_NS = 200_000_000L;

  private static final class Pipe {
    final SimStreams a;
    final SimStreams b;
    long aToBNs;
    long bToANs;
    boolean broken;

    Pipe(SimStreams a, SimStreams b) {
      this.a = a;
      this.b = b;
    }

    SimStreams other(SimStreams side) {
      return side == a ? b : a;
    }
  }

  private final SimNet net;
  private final MeshAddress self;
  private final Map<MeshAddress, ArrayDeque<Pipe>> pipes = new HashMap<>();
  private final Set<MeshAddress> connecting = new HashSet<>();
  private @Nullable Listener listener;
  private boolean closed;

  SimStreams(SimNet net, MeshAddress self) {
    this.net = net;
    this.self = self;
  }

  @Override
  public void start(Listener theListener) {
    listener = theListener;
  }

  @Override
  public void send(MeshAddress peer, Message message) {
    ArrayDeque<Pipe> open = pipes.get(peer);
    if (open == null || open.isEmpty()) {
      connect(peer);
      return;
    }
    Pipe pipe = open.getLast();
    byte[] bytes = MessageCodec.encode(message);
    // In order within a stream; streams are not in order among themselves.
    boolean forward = pipe.a == this;
    long earliestNs = Math.max(net.loop.nowNs(), forward ? pipe.aToBNs : pipe.bToANs);
    long arrivalNs = earliestNs + net.random.nextInt(20_000_000);
    if (forward) {
      pipe.aToBNs = arrivalNs;
    } else {
      pipe.bToANs = arrivalNs;
    }
    SimStreams other = pipe.other(this);
    net.loop.schedule(
        arrivalNs - net.loop.nowNs(),
        () -> {
          if (!pipe.broken) {
            other.take(self, bytes);
          }
        });
  }

  @Override
  public void onReachable(MeshAddress peer) {
    if (!isOpen(peer) && listener != null && listener.hasWork(peer)) {
      connect(peer);
    }
  }

  @Override
  public void close() {
    closed = true;
    List.copyOf(pipes.keySet()).forEach(this::breakAll);
  }

  void breakAll(MeshAddress peer) {
    for (Pipe pipe : List.copyOf(pipes.getOrDefault(peer, new ArrayDeque<>()))) {
      pipe.broken = true;
      for (SimStreams side : List.of(pipe.a, pipe.b)) {
        // Each side learns of it in its own time, and until then sends into the void.
        net.loop.schedule(net.random.nextInt(50_000_000), () -> side.lost(pipe));
      }
    }
  }

  private boolean isOpen(MeshAddress peer) {
    ArrayDeque<Pipe> open = pipes.get(peer);
    return open != null && !open.isEmpty();
  }

  private void connect(MeshAddress peer) {
    if (closed || !connecting.add(peer)) {
      return;
    }
    net.loop.schedule(
        5_000_000 + net.random.nextInt(20_000_000),
        () -> {
          connecting.remove(peer);
          SimStreams other = net.at(peer).streams;
          if (closed || other.closed || other.listener == null || !net.isLinked(self, peer)) {
            retryLater(peer);
            return;
          }
          Pipe pipe = new Pipe(this, other);
          opened(peer, pipe);
          other.opened(self, pipe);
        });
  }

  private void opened(MeshAddress peer, Pipe pipe) {
    pipes.computeIfAbsent(peer, p -> new ArrayDeque<>()).addLast(pipe);
    tellReady(peer);
  }

  private void tellReady(MeshAddress peer) {
    net.loop.execute(
        () -> {
          if (!closed && listener != null && isOpen(peer)) {
            listener.onReady(peer);
          }
        });
  }

  private void lost(Pipe pipe) {
    MeshAddress peer = pipe.other(this).self;
    ArrayDeque<Pipe> open = pipes.get(peer);
    if (open == null || !open.remove(pipe) || closed) {
      return;
    }
    if (open.isEmpty()) {
      retryLater(peer);
    } else {
      tellReady(peer);
    }
  }

  private void retryLater(MeshAddress peer) {
    net.loop.schedule(RETRY_NS, () -> onReachable(peer));
  }

  private void take(MeshAddress from, byte[] bytes) {
    if (closed || listener == null) {
      return;
    }
    try {
      listener.onMessage(from, MessageCodec.decode(bytes));
    } catch (MalformedMessageException e) {
      throw new AssertionError("we said what we do not understand", e);
    }
  }
}
