package io.limpet.node.internal.files;

import io.limpet.link.MeshAddress;
import io.limpet.node.internal.files.FileEvent.Change;
import io.limpet.node.internal.files.FileProtocol.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one file that a peer sends. On the files' own loop, which may block on the disk. */
final class Download extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(Download.class);
  private static final byte[] NO_HASH = new byte[FileProtocol.HASH_BYTES];
  private static final long PATIENCE_S = 30;

  /** Who sends nothing for so long gives up the place, and can go on from there in another. */
  private static final long SILENCE_S = 120;

  private static final long BETWEEN_REPORTS_NS = 250_000_000L;

  /** What decides, and hears. */
  interface Desk {
    /** Says whether somebody may send a file of this size, and has it take a place if so. */
    Verdict admit(Download download, MeshAddress peer, Offer offer, String id);

    /** Its place is free. */
    void over(Download download);

    /** Tells what became of it. */
    void tell(
        Change change,
        MeshAddress peer,
        Offer offer,
        String file,
        long bytes,
        @Nullable String why);
  }

  private enum State {
    OFFER,
    START,
    BODY,
    OVER
  }

  private final MeshAddress peer;
  private final Inbox inbox;
  private final Desk desk;
  private State state = State.OFFER;
  private @Nullable ScheduledFuture<?> deadline;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Offer offer;
  private Inbox.@Nullable Partial partial;
  private @Nullable MessageDigest digest;
  private long position;
  private long lastReportNs;

  Download(MeshAddress peer, Inbox inbox, Desk desk) {
    this.peer = peer;
    this.inbox = inbox;
    this.desk = desk;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    waitAtMost(ctx, PATIENCE_S);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    try {
      switch (state) {
        case OFFER -> readOffer(ctx, in);
        case START -> readStart(ctx, in);
        case BODY -> readBody(ctx, in);
        case OVER -> in.skipBytes(in.readableBytes());
      }
    } catch (IOException e) {
      LOG.debug("a file cannot be written", e);
      end(ctx, Verdict.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private void readOffer(ChannelHandlerContext ctx, ByteBuf in) throws IOException {
    if (in.readableBytes() < FileProtocol.OFFER_HEAD_BYTES) {
      return;
    }
    int at = in.readerIndex();
    int nameBytes = in.getUnsignedShort(at + 1);
    if (in.getUnsignedByte(at) != FileProtocol.VERSION
        || nameBytes < 1
        || nameBytes > FileProtocol.MAX_NAME_BYTES) {
      breakOff(ctx);
      return;
    }
    int rest = nameBytes + Long.BYTES + FileProtocol.HASH_BYTES;
    if (in.readableBytes() < FileProtocol.OFFER_HEAD_BYTES + rest) {
      return;
    }
    in.skipBytes(FileProtocol.OFFER_HEAD_BYTES);
    String name = in.readCharSequence(nameBytes, StandardCharsets.UTF_8).toString();
    long size = in.readLong();
    byte[] hash = new byte[FileProtocol.HASH_BYTES];
    in.readBytes(hash);
    if (size < 0) {
      breakOff(ctx);
      return;
    }
    decide(ctx, new Offer(name, size, hash));
  }

  private void decide(ChannelHandlerContext ctx, Offer offered) throws IOException {
    stopWaiting();
    offer = offered;
    String id = offered.id(peer);
    Verdict verdict = desk.admit(this, peer, offered, id);
    if (verdict == Verdict.GO) {
      Optional<Path> whole = inbox.whole(offered);
      if (whole.isPresent()) {
        verdict = Verdict.DONE;
      } else {
        Inbox.Partial begun = inbox.open(offered, id);
        partial = begun;
        if (inbox.hasRoom(offered.size() - begun.size())) {
          state = State.START;
          waitAtMost(ctx, SILENCE_S);
          answer(ctx, Verdict.GO, begun.size(), hashSoFar(begun.digest()));
          return;
        }
        verdict = Verdict.NO_ROOM;
      }
    }
    if (verdict != Verdict.DONE) {
      tell(Change.REFUSED, verdict.words());
    }
    state = State.OVER;
    answer(ctx, verdict, 0, NO_HASH);
    letGo();
  }

  private static byte[] hashSoFar(MessageDigest digest) {
    try {
      return ((MessageDigest) digest.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("SHA-256 of every Java can be cloned", e);
    }
  }

  private static void answer(
      ChannelHandlerContext ctx, Verdict verdict, long offset, byte[] prefixHash) {
    ByteBuf answer = ctx.alloc().buffer(FileProtocol.ANSWER_BYTES);
    FileProtocol.writeAnswer(answer, verdict, offset, prefixHash);
    var written = ctx.writeAndFlush(answer);
    if (verdict != Verdict.GO) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void readStart(ChannelHandlerContext ctx, ByteBuf in) throws IOException {
    Inbox.Partial begun = partial;
    if (in.readableBytes() < Long.BYTES || begun == null) {
      return;
    }
    long offset = in.readLong();
    if (offset != 0 && offset != begun.size()) {
      breakOff(ctx);
      return;
    }
    digest = offset == 0 ? FileProtocol.sha256() : begun.digest();
    begun.channel().truncate(offset).position(offset);
    position = offset;
    state = State.BODY;
    tell(Change.STARTED, null);
    readBody(ctx, in);
  }

  private void readBody(ChannelHandlerContext ctx, ByteBuf in) throws IOException {
    Inbox.Partial begun = partial;
    MessageDigest hashing = digest;
    Offer offered = offer;
    if (begun == null || hashing == null || offered == null) {
      throw new IllegalStateException("a body before its offer");
    }
    int length = (int) Math.min(in.readableBytes(), offered.size() - position);
    ByteBuffer bytes = in.nioBuffer(in.readerIndex(), length);
    hashing.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      int written = begun.channel().write(bytes);
      position += written;
    }
    in.skipBytes(length);
    if (position < offered.size()) {
      report(ctx);
    } else if (in.isReadable()) {
      breakOff(ctx); // more than was offered
    } else {
      finish(ctx, begun, hashing, offered);
    }
  }

  private void report(ChannelHandlerContext ctx) {
    long nowNs = ctx.executor().ticker().nanoTime();
    if (nowNs - lastReportNs >= BETWEEN_REPORTS_NS) {
      lastReportNs = nowNs;
      waitAtMost(ctx, SILENCE_S);
      tell(Change.PROGRESS, null);
    }
  }

  private void finish(
      ChannelHandlerContext ctx, Inbox.Partial begun, MessageDigest hashing, Offer offered)
      throws IOException {
    if (!Arrays.equals(hashing.digest(), offered.hash())) {
      begun.channel().truncate(0); // nothing of it can be trusted
      end(ctx, Verdict.WRONG_HASH, Verdict.WRONG_HASH.words());
      return;
    }
    Path path = inbox.finish(begun, offered.name());
    desk.tell(
        Change.RECEIVED, peer, offered, String.valueOf(path.getFileName()), offered.size(), null);
    end(ctx, Verdict.DONE, null);
  }

  private void end(ChannelHandlerContext ctx, Verdict verdict, @Nullable String why) {
    boolean asked = state == State.BODY;
    state = State.OVER;
    if (why != null) {
      tell(Change.INTERRUPTED, why);
    }
    if (asked) {
      ByteBuf end = ctx.alloc().buffer(FileProtocol.END_BYTES);
      FileProtocol.writeEnd(end, verdict);
      ctx.writeAndFlush(end).addListener(ChannelFutureListener.CLOSE);
    } else {
      answer(ctx, verdict, 0, NO_HASH);
    }
    letGo();
  }

  private void breakOff(ChannelHandlerContext ctx) {
    state = State.OVER;
    letGo();
    ctx.close();
  }

  /** A newer connection for the same file has come, or receiving is over. */
  void abandon() {
    ChannelHandlerContext ctx = context;
    if (state == State.BODY) {
      tell(Change.INTERRUPTED, "broken off");
    }
    state = State.OVER;
    letGo();
    if (ctx != null) {
      ctx.close();
    }
  }

  private void tell(Change change, @Nullable String why) {
    Offer offered = offer;
    if (offered != null) {
      desk.tell(change, peer, offered, SafeName.of(offered.name()), position, why);
    }
  }

  private void letGo() {
    stopWaiting();
    Inbox.Partial begun = partial;
    partial = null;
    if (begun != null) {
      try {
        begun.channel().close();
        if (Files.exists(begun.path()) && Files.size(begun.path()) == 0) {
          Files.delete(begun.path());
        }
      } catch (IOException e) {
        LOG.debug("{} cannot be closed", begun.path(), e);
      }
    }
    desk.over(this);
  }

  private void waitAtMost(ChannelHandlerContext ctx, long seconds) {
    stopWaiting();
    deadline = ctx.executor().schedule(() -> ctx.close(), seconds, TimeUnit.SECONDS);
  }

  private void stopWaiting() {
    ScheduledFuture<?> waiting = deadline;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (state != State.OVER) {
      abandon();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("a file's stream broke", cause);
    ctx.close();
  }
}
