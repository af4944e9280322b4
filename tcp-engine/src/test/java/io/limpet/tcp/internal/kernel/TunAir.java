package io.limpet.tcp.internal.kernel;

import io.limpet.link.MeshAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What lies between an engine and the TUN device: puts IPv6 headers around what the engine sends,
 * takes them off what the kernel sends, and does to both what the weather says. Confined to one
 * thread.
 *
 * <p>The device, and with it every capture, is on the kernel's side of the weather: of the engine's
 * segments a capture shows what reaches the kernel, of the kernel's all that it sends.
 */
final class TunAir {
  static final MeshAddress KERNEL = new MeshAddress(0x2001_0020_0000_0000L, 1);
  static final MeshAddress ENGINE = new MeshAddress(0x2001_0020_0000_0000L, 2);

  private static final int IP_HEADER_BYTES = 40;
  private static final int PROTOCOL_TCP = 6;
  private static final int MOST_READS = 64;

  private record Held(long atNs, long order, boolean toKernel, ByteBuffer packet) {}

  /** What the wire does besides the weather. */
  enum Wire {
    /** Segments pass. */
    OPEN,
    /** Segments of both sides wait, in order, for the wire to open. */
    HELD,
    /** What the kernel sends is lost. */
    DEAF,
    /** What the engine sends is lost. */
    MUTE
  }

  private final Tun tun;
  private final Weather weather;
  private final SplittableRandom random;
  private final List<Held> waiting = new ArrayList<>();
  private final PriorityQueue<Held> toKernel = inOrder();
  private final PriorityQueue<Held> toEngine = inOrder();
  private final ByteBuffer input = ByteBuffer.allocateDirect(2048);
  private final ByteBuffer output = ByteBuffer.allocateDirect(2048);
  private Flaw flaw = segment -> {};
  private Wire wire = Wire.OPEN;
  private long order;
  private volatile int largestFromKernel;
  private final AtomicLong segmentsFromKernel = new AtomicLong();

  TunAir(Tun tun, Weather weather, SplittableRandom random) {
    this.tun = tun;
    this.weather = weather;
    this.random = random;
  }

  private static PriorityQueue<Held> inOrder() {
    return new PriorityQueue<>(Comparator.comparingLong(Held::atNs).thenComparingLong(Held::order));
  }

  /** Any thread: returns the largest TCP segment that the kernel sent, header included. */
  int largestFromKernel() {
    return largestFromKernel;
  }

  /** Any thread. */
  long segmentsFromKernel() {
    return segmentsFromKernel.get();
  }

  /** Spoils some of what the engine sends from now on. */
  void set(Flaw newFlaw) {
    flaw = newFlaw;
  }

  void set(long nowNs, Wire newWire) {
    wire = newWire;
    List<Held> released = List.copyOf(waiting);
    waiting.clear();
    for (Held held : released) {
      send(nowNs, held.toKernel(), held.packet());
    }
  }

  /** Takes what the kernel has sent; {@link #deliverToEngine} hands it on. */
  void receive(long nowNs) {
    for (int i = 0; i < MOST_READS && tun.read(input); i++) {
      if (input.limit() > IP_HEADER_BYTES
          && input.get(0) >>> 4 == 6
          && input.get(6) == PROTOCOL_TCP) {
        segmentsFromKernel.incrementAndGet();
        largestFromKernel = Math.max(largestFromKernel, input.limit() - IP_HEADER_BYTES);
        send(nowNs, false, copy(input));
      }
    }
  }

  /** Takes what the engine sends; {@link #deliverToKernel} hands it on. */
  void transmit(long nowNs, ByteBuffer segment) {
    output.clear();
    output.putInt(6 << 28).putShort((short) segment.remaining());
    output.put((byte) PROTOCOL_TCP).put((byte) 64);
    ENGINE.write(output);
    KERNEL.write(output);
    output.put(segment.duplicate()).flip();
    send(nowNs, true, copy(output));
  }

  private static ByteBuffer copy(ByteBuffer packet) {
    return ByteBuffer.allocateDirect(packet.remaining()).put(packet.duplicate()).flip();
  }

  private void send(long nowNs, boolean outward, ByteBuffer packet) {
    if (wire == Wire.HELD) {
      waiting.add(new Held(0, order++, outward, packet));
      return;
    }
    boolean cut = wire == (outward ? Wire.MUTE : Wire.DEAF);
    if (cut || random.nextDouble() < weather.loss()) {
      return;
    }
    int copies = random.nextDouble() < weather.duplicate() ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      long at = nowNs + weather.delayNs();
      if (random.nextDouble() < weather.reorder()) {
        at += random.nextLong(weather.reorderNs());
      }
      (outward ? toKernel : toEngine).add(new Held(at, order++, outward, packet.duplicate()));
    }
  }

  /** Gives the kernel what has arrived there. */
  void deliverToKernel(long nowNs) throws IOException {
    for (Held due = poll(toKernel, nowNs); due != null; due = poll(toKernel, nowNs)) {
      ByteBuffer packet = due.packet();
      flaw.spoil(packet.position(IP_HEADER_BYTES).slice());
      tun.write(packet.position(0));
    }
  }

  /** Gives the engine what has arrived there; returns whether anything had. */
  boolean deliverToEngine(long nowNs, Consumer<ByteBuffer> engine) {
    boolean any = false;
    for (Held due = poll(toEngine, nowNs); due != null; due = poll(toEngine, nowNs)) {
      any = true;
      engine.accept(due.packet().position(IP_HEADER_BYTES).slice());
    }
    return any;
  }

  private static @Nullable Held poll(PriorityQueue<Held> air, long nowNs) {
    return !air.isEmpty() && air.peek().atNs() - nowNs <= 0 ? air.remove() : null;
  }

  /** Returns when something arrives next, or {@link Long#MAX_VALUE}. */
  long nextNs() {
    long first = toKernel.isEmpty() ? Long.MAX_VALUE : toKernel.peek().atNs();
    long second = toEngine.isEmpty() ? Long.MAX_VALUE : toEngine.peek().atNs();
    return Math.min(first, second);
  }
}
