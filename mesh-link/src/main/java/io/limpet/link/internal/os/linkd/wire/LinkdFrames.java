package io.limpet.link.internal.os.linkd.wire;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Makes messages of a stream of bytes, in memory of fixed size: a length is looked at before
 * anything is kept for it. Not thread-safe.
 */
public final class LinkdFrames {
  private final ByteBuffer pending =
      ByteBuffer.allocate(LinkdCodec.LENGTH_BYTES + LinkdCodec.MAX_BODY_BYTES);
  private boolean broken;

  /**
   * Takes all of the bytes, and hands on every message that is complete.
   *
   * @return false when something was not a message: then nothing that follows can be believed, and
   *     no more messages come
   */
  public boolean feed(ByteBuffer in, Consumer<LinkdMessage> to) {
    while (!broken && in.hasRemaining()) {
      int wanted = wanted();
      while (pending.position() < wanted && in.hasRemaining()) {
        pending.put(in.get());
      }
      if (pending.position() == LinkdCodec.LENGTH_BYTES && wanted == LinkdCodec.LENGTH_BYTES) {
        int length = bodyBytes();
        broken = length < 1 || length > LinkdCodec.MAX_BODY_BYTES;
      } else if (pending.position() == wanted && wanted > LinkdCodec.LENGTH_BYTES) {
        complete(to);
      }
    }
    return !broken;
  }

  private int wanted() {
    return pending.position() < LinkdCodec.LENGTH_BYTES
        ? LinkdCodec.LENGTH_BYTES
        : LinkdCodec.LENGTH_BYTES + bodyBytes();
  }

  private int bodyBytes() {
    return Short.toUnsignedInt(pending.getShort(0));
  }

  private void complete(Consumer<LinkdMessage> to) {
    pending.flip().position(LinkdCodec.LENGTH_BYTES);
    LinkdMessage message = LinkdCodec.read(pending);
    pending.clear();
    if (message == null) {
      broken = true;
    } else {
      to.accept(message);
    }
  }
}
