package io.limpet.link.internal.os.linkd.client;

import io.limpet.link.LinkException;
import io.limpet.link.internal.os.linkd.wire.LinkdCodec;
import io.limpet.link.internal.os.linkd.wire.LinkdFrames;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Questions to the daemon from where there is no event loop, each answered before the next is put.
 * Blocks some seconds at most; not thread-safe.
 */
public final class LinkdCall implements AutoCloseable {
  private static final long ANSWER_WITHIN_MS = 5_000;
  private static final int BUFFER_BYTES = 2048;

  private final Path socket;
  private final SocketChannel channel;
  private final Selector selector;
  private final LinkdFrames frames = new LinkdFrames();
  private final Queue<LinkdMessage> arrived = new ArrayDeque<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

  /**
   * Connects and greets.
   *
   * @throws LinkException when no daemon is there, or it refuses
   */
  public LinkdCall(Path socket) throws LinkException {
    this.socket = socket;
    try {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (IOException | UnsupportedOperationException e) {
      throw new LinkException("no Unix sockets here: " + e.getMessage(), e);
    }
    Selector opened = null;
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      opened = Selector.open();
      channel.register(opened, SelectionKey.OP_READ);
      selector = opened;
      LinkdMessage answer = ask(new LinkdMessage.Greet(LinkdMessage.VERSION, LinkdMessage.VERSION));
      if (!(answer instanceof LinkdMessage.Welcome)) {
        throw new LinkException("linkd at " + socket + " does not greet");
      }
    } catch (IOException e) {
      close(opened);
      throw new LinkException("no linkd at " + socket + ": " + e.getMessage(), e);
    } catch (LinkException e) {
      close(opened);
      throw e;
    }
  }

  /**
   * Puts one question.
   *
   * @throws LinkException when there is no answer, or the daemon refuses to talk
   */
  public LinkdMessage.Told ask(LinkdMessage.Request request) throws LinkException {
    LinkdMessage answer = ask((LinkdMessage) request);
    if (answer instanceof LinkdMessage.Told told && told.id() == request.id()) {
      return told;
    }
    throw new LinkException("linkd at " + socket + " answers another question");
  }

  private LinkdMessage ask(LinkdMessage question) throws LinkException {
    try {
      ByteBuffer out = ByteBuffer.wrap(LinkdCodec.write(question));
      if (channel.write(out) < out.capacity()) {
        throw new LinkException("linkd at " + socket + " does not listen");
      }
      return read();
    } catch (IOException e) {
      throw new LinkException("linkd at " + socket + " has gone away: " + e.getMessage(), e);
    }
  }

  private LinkdMessage read() throws IOException, LinkException {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ANSWER_WITHIN_MS);
    while (arrived.isEmpty()) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
      if (leftMs <= 0) {
        throw new LinkException("linkd at " + socket + " does not answer");
      }
      selector.select(leftMs);
      selector.selectedKeys().clear();
      int read = channel.read(buffer.clear());
      if (read < 0) {
        throw new LinkException("linkd at " + socket + " has closed the connection");
      }
      if (!frames.feed(buffer.flip(), arrived::add)) {
        throw new LinkException("what listens on " + socket + " is no linkd");
      }
    }
    LinkdMessage message = arrived.remove();
    if (message instanceof LinkdMessage.Refused refused) {
      throw new LinkException("linkd at " + socket + " refuses: " + refused.why());
    }
    return message;
  }

  private void close(@Nullable Selector opened) {
    try {
      channel.close();
      if (opened != null) {
        opened.close();
      }
    } catch (IOException e) {
      // Nothing more can be done about a connection that is given up.
    }
  }

  @Override
  public void close() {
    close(selector);
  }
}
