package io.limpet.node.internal.files;

import io.limpet.node.internal.files.FileProtocol.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** Sends one file to a peer that receives. On the files' own loop, which may block on the disk. */
final class Upload extends ByteToMessageDecoder {
  private static final int CHUNK_BYTES = 1 << 16;

  private final Offer offer;
  private final FileChannel file;
  private final LongConsumer onPosition;
  private final CompletableFuture<Verdict> done;
  private boolean answered;
  private long position;

  /**
   * Sends a file.
   *
   * @param onPosition hears how many bytes are on their way or there
   * @param done the receiver's last word; fails with an {@link IOException} when the connection
   *     breaks before
   */
  Upload(Offer offer, FileChannel file, LongConsumer onPosition, CompletableFuture<Verdict> done) {
    this.offer = offer;
    this.file = file;
    this.onPosition = onPosition;
    this.done = done;
  }

  /** Before there is a connection: the offer rides with the request for it. */
  @Override
  public void channelRegistered(ChannelHandlerContext ctx) {
    ByteBuf bytes = ctx.alloc().buffer();
    FileProtocol.writeOffer(bytes, offer);
    ctx.write(bytes);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    try {
      if (!answered) {
        readAnswer(ctx, in);
      } else if (in.readableBytes() >= FileProtocol.END_BYTES) {
        in.skipBytes(1);
        over(ctx, Verdict.ofCode(in.readUnsignedByte()));
      }
    } catch (IOException e) {
      fail(ctx, e);
    }
  }

  private void readAnswer(ChannelHandlerContext ctx, ByteBuf in) throws IOException {
    if (in.readableBytes() < FileProtocol.ANSWER_BYTES) {
      return;
    }
    answered = true;
    in.skipBytes(1);
    Verdict verdict = Verdict.ofCode(in.readUnsignedByte());
    long offset = in.readLong();
    byte[] prefixHash = new byte[FileProtocol.HASH_BYTES];
    in.readBytes(prefixHash);
    if (verdict != Verdict.GO) {
      over(ctx, verdict);
      return;
    }
    // What is there already counts only if it is the beginning of this very file.
    position = isPrefix(offset, prefixHash) ? offset : 0;
    ByteBuf start = ctx.alloc().buffer(Long.BYTES).writeLong(position);
    ctx.writeAndFlush(start);
    onPosition.accept(position);
    pump(ctx);
  }

  private boolean isPrefix(long length, byte[] hash) throws IOException {
    if (length <= 0 || length > offer.size()) {
      return false;
    }
    MessageDigest digest = FileProtocol.sha256();
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
    for (long at = 0; at < length; ) {
      buffer.clear().limit((int) Math.min(CHUNK_BYTES, length - at));
      int read = file.read(buffer, at);
      if (read < 0) {
        return false;
      }
      digest.update(buffer.flip());
      at += read;
    }
    return Arrays.equals(digest.digest(), hash);
  }

  private void pump(ChannelHandlerContext ctx) throws IOException {
    while (position < offer.size() && ctx.channel().isWritable() && !done.isDone()) {
      int length = (int) Math.min(CHUNK_BYTES, offer.size() - position);
      ByteBuf chunk = ctx.alloc().buffer(length, length);
      int read = chunk.writeBytes(file, position, length);
      if (read <= 0) {
        chunk.release();
        throw new FileChangedException();
      }
      position += read;
      ctx.writeAndFlush(chunk);
    }
    onPosition.accept(position);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (answered && !done.isDone()) {
      try {
        pump(ctx);
      } catch (IOException e) {
        fail(ctx, e);
      }
    }
  }

  private void over(ChannelHandlerContext ctx, Verdict verdict) {
    done.complete(verdict);
    ctx.close();
  }

  private void fail(ChannelHandlerContext ctx, Throwable cause) {
    done.completeExceptionally(cause);
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    done.completeExceptionally(new IOException("the connection ended"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, cause);
  }
}
