package io.limpet.tcp.internal.trace;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TraceOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** The traces of one node that are being written. Confined to the event loop but for opening. */
public final class Traces {
  private final MeshAddress local;
  private final List<TraceRecorder> recorders = new ArrayList<>();

  /** Traces of a node with this address; none yet. */
  public Traces(MeshAddress local) {
    this.local = local;
  }

  /**
   * Makes the file, which must not exist and is its owner's alone, and starts a trace. Any thread.
   *
   * @param alive whether there may be more segments
   * @param startNs what the event loop's clock says now
   */
  public static TraceRecorder open(
      Path file, TraceOptions options, BooleanSupplier alive, long startNs) throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    WritableByteChannel channel =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly);
    return new TraceRecorder(file, channel, options, alive, startNs, Instant.now());
  }

  /** Lets a trace have every segment from now on. */
  public void add(TraceRecorder recorder) {
    recorders.removeIf(TraceRecorder::isClosing);
    recorders.add(recorder);
  }

  /** A segment has arrived; the buffer is left as it is. */
  public void received(long nowNs, MeshAddress from, ByteBuffer segment) {
    if (!recorders.isEmpty()) {
      int at = segment.position();
      record(nowNs, from, local, segment, at, segment.remaining(), false);
    }
  }

  /** What is in the buffer from {@code at} to its limit was sent; the buffer is left as it is. */
  public void sent(long nowNs, MeshAddress to, ByteBuffer segment, int at) {
    if (!recorders.isEmpty()) {
      record(nowNs, local, to, segment, at, segment.limit() - at, true);
    }
  }

  private void record(
      long nowNs,
      MeshAddress from,
      MeshAddress to,
      ByteBuffer segment,
      int at,
      int segmentBytes,
      boolean outbound) {
    boolean anyClosing = false;
    for (int i = 0; i < recorders.size(); i++) {
      TraceRecorder recorder = recorders.get(i);
      recorder.record(nowNs, from, to, segment, at, segmentBytes, outbound);
      anyClosing |= recorder.isClosing();
    }
    if (anyClosing) {
      recorders.removeIf(TraceRecorder::isClosing);
    }
  }

  /** There will be no more segments. */
  public void close() {
    recorders.forEach(TraceRecorder::close);
    recorders.clear();
  }
}
