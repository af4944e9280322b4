package io.limpet.tcp.internal.netty;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The conduit of a channel on the link's own event loop: plain calls. */
final class DirectConduit implements Conduit, ConnectionOwner {

  private final TcpDriver driver;
  private final MeshSocketChannel channel;
  private @Nullable TcpConnection connection;
  private boolean closed;

  DirectConduit(TcpDriver driver, MeshSocketChannel channel) {
    this.driver = driver;
    this.channel = channel;
  }

  @Override
  public void open(MeshAddress peer, int remotePort, int localPort, TcpConfig options) {
    TcpConnection created;
    try {
      created = driver.commands().open(this, peer, remotePort, localPort, options);
    } catch (IOException | RuntimeException e) {
      channel.onOpenFailed(e);
      return;
    }
    connection = created;
    driver.commands().apply(created, channel.config().tcp());
    channel.onOpened(created.localPort());
  }

  @Override
  public boolean accept(Request request) {
    TcpConnection requested = request.connection();
    connection = requested;
    driver.commands().own(requested, this);
    applyOptions();
    driver.commands().accept(requested);
    return requested.readableBytes() > 0;
  }

  /** The channel goes to another event loop, and takes its connection along. */
  Conduit toQueued(boolean connected) {
    QueuedConduit queued = new QueuedConduit(driver, channel);
    TcpConnection current = connection;
    if (current != null && !closed) {
      queued.adopt(current, connected);
    }
    return queued;
  }

  @Override
  public @Nullable TcpConnection connection() {
    return connection;
  }

  // ---------------------------------------------------------------- what the driver tells

  @Override
  public void onEvent(TcpEvent event) {
    channel.onEvent(event);
  }

  @Override
  public void onUnknownPeer() {
    TcpConnection current = connection;
    if (current != null && ConnectionCommands.isBeforeHandshake(current)) {
      driver.commands().drop(current);
      channel.onEvent(new TcpEvent.Closed(new CloseReason.UnknownPeer()));
    }
  }

  @Override
  public void onFault(RuntimeException cause) {
    TcpConnection current = connection;
    if (current != null) {
      driver.commands().drop(current);
    }
    channel.unsafe().close(channel.unsafe().voidPromise());
  }

  // ---------------------------------------------------------------- what the channel asks

  @Override
  public boolean hasInput() {
    TcpConnection current = connection;
    return current != null && current.readableBytes() > 0;
  }

  @Override
  public boolean isInputDone() {
    TcpConnection current = connection;
    return current != null
        && current.readableBytes() == 0
        && (current.isInputAtEnd() || current.state() == TcpState.CLOSED);
  }

  @Override
  public boolean isInputAtEnd() {
    TcpConnection current = connection;
    return current != null && current.isInputAtEnd();
  }

  @Override
  public int read(ByteBuffer target) {
    TcpConnection current = connection;
    return current == null ? 0 : current.read(driver.nowNs(), target);
  }

  @Override
  public void readComplete() {
    driver.requestTurn();
  }

  @Override
  public void setReading(boolean wanted) {
    // Nothing is taken from the connection unless the channel reads it.
  }

  @Override
  public void discardInput() {
    TcpConnection current = connection;
    if (current != null) {
      driver.commands().discardInput(current);
    }
  }

  @Override
  public int write(ByteBuffer source) {
    TcpConnection current = connection;
    if (current == null || current.state() == TcpState.CLOSED) {
      // Closed by now; the event that says why is about to be heard.
      return 0;
    }
    return current.write(driver.nowNs(), source);
  }

  @Override
  public void expectLastWords() {
    TcpConnection current = connection;
    if (current != null && !closed) {
      current.expectLastWords();
    }
  }

  @Override
  public void markUrgent() {
    TcpConnection current = connection;
    if (current != null && !closed) {
      driver.commands().markUrgent(current);
    }
  }

  @Override
  public int urgentBytes() {
    TcpConnection current = connection;
    return current == null ? 0 : current.urgentBytes();
  }

  @Override
  public void flush() {
    driver.requestTurn();
  }

  @Override
  public void shutdownOutput() {
    TcpConnection current = connection;
    if (current != null) {
      driver.commands().shutdownOutput(current);
    }
  }

  @Override
  public void close(boolean abort) {
    TcpConnection current = connection;
    if (current == null || closed) {
      return;
    }
    closed = true;
    if (abort) {
      driver.commands().abort(current);
    } else {
      driver.commands().close(current);
    }
  }

  @Override
  public void closeLingering(int lingerSeconds, Consumer<CloseReason> onDone) {
    TcpConnection current = connection;
    if (current == null || closed) {
      onDone.accept(new CloseReason.Graceful());
      return;
    }
    closed = true;
    driver.commands().close(current);
    driver.lingering().add(current, lingerSeconds, onDone);
  }

  @Override
  public void applyOptions() {
    driver.execute(
        () -> {
          TcpConnection current = connection;
          if (current != null && !closed) {
            driver.commands().apply(current, channel.config().tcp());
          }
        });
  }

  @Override
  public void pause() {
    TcpConnection current = connection;
    if (current != null && !closed) {
      current.setAttachment(NOBODY_YET);
    }
  }

  @Override
  public void resume() {
    TcpConnection current = connection;
    if (current != null && !closed) {
      driver.commands().own(current, this);
    }
  }
}
