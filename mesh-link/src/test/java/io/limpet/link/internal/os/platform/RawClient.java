package io.limpet.link.internal.os.platform;

import io.limpet.link.internal.os.linkd.wire.LinkdCodec;
import io.limpet.link.internal.os.linkd.wire.LinkdFrames;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of the daemon that says whatever it likes; reads on a thread of its own. */
final class RawClient implements AutoCloseable {
  private final SocketChannel channel;
  private final List<LinkdMessage> answers = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  RawClient(Path socket, boolean reads) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    if (reads) {
      Thread reader = new Thread(this::read, "raw client");
      reader.setDaemon(true);
      reader.start();
    }
  }

  static RawClient greeted(Path socket) throws IOException {
    RawClient client = new RawClient(socket, true);
    client.send(new LinkdMessage.Greet(1, 1));
    return client;
  }

  void send(LinkdMessage message) throws IOException {
    send(LinkdCodec.write(message));
  }

  void send(byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      int unused = channel.write(out);
    }
  }

  SocketChannel channel() {
    return channel;
  }

  List<LinkdMessage> answers() {
    return answers;
  }

  /** Returns the answers of one kind. */
  <T extends LinkdMessage> List<T> all(Class<T> kind) {
    return answers.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Says whether the daemon has closed the connection. */
  boolean isClosed() {
    return closed;
  }

  private void read() {
    LinkdFrames frames = new LinkdFrames();
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    try {
      while (channel.read(buffer.clear()) >= 0) {
        frames.feed(buffer.flip(), answers::add);
      }
    } catch (IOException e) {
      // The end, as well.
    }
    closed = true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
