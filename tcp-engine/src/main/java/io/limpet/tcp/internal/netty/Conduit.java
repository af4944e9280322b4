package io.limpet.tcp.internal.netty;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.internal.engine.TcpConnection;
import io.limpet.tcp.internal.engine.TcpEvent;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way between a channel and its connection: a channel on the link's own event loop is told and
 * asks directly, one on another loop by way of queues.
 *
 * <p>Confined to the channel's event loop, except what a method says otherwise.
 */
interface Conduit {

  /** The channel, as the conduit tells it what happened. On the channel's event loop. */
  interface Listener {
    /** The connection that was asked for is being made, from this port. */
    void onOpened(int localPort);

    /** It could not even be begun. */
    void onOpenFailed(Throwable cause);

    /** Something happened to the connection. */
    void onEvent(TcpEvent event);
  }

  /** Begins a connection. */
  void open(MeshAddress peer, int remotePort, int localPort, TcpConfig options);

  /**
   * Takes a connection that another side has asked for.
   *
   * @return true if data came with the request, so that it can be used at once
   */
  boolean accept(Request request);

  /** Marks what was written so far, and is not yet acknowledged, as urgent. */
  void markUrgent();

  /** Returns how many of the bytes to read next are urgent, those to come included. */
  int urgentBytes();

  /** Returns the connection, for the link's event loop only, where it may be asked for. */
  @Nullable TcpConnection connection();

  /** Says whether {@link #read} would give something now. */
  boolean hasInput();

  /** Says whether nothing will ever be read any more. */
  boolean isInputDone();

  /** Says whether the peer's FIN has been reached and everything before it read. */
  boolean isInputAtEnd();

  /**
   * Copies received bytes out.
   *
   * @return how many, 0 when there are none now, -1 when nothing will come any more
   */
  int read(ByteBuffer target);

  /** Reading has made room: lets the peer send more. */
  void readComplete();

  /** Says whether what arrives is wanted; until it is, it stays with the connection. */
  void setReading(boolean wanted);

  /** Drops what has been received, and what will be. */
  void discardInput();

  /**
   * Copies bytes on their way out.
   *
   * @return how many were taken; if not all, {@code Writable} will follow
   */
  int write(ByteBuffer source);

  /**
   * What is written from now on is the last before the end of the stream: the whole of the send
   * buffer is there for it.
   */
  void expectLastWords();

  /** What was written may go. */
  void flush();

  /** Sends FIN after everything written. */
  void shutdownOutput();

  /**
   * Lets go of the connection: nothing more is told.
   *
   * @param abort whether by RST, which lets only that go before it which can go at once; otherwise
   *     what was written is delivered
   */
  void close(boolean abort);

  /**
   * Closes in order and lets go.
   *
   * @param lingerSeconds after which what is still unacknowledged is dropped, with RST
   * @param onDone told on the link's event loop when the peer has acknowledged everything, or that
   *     time is over
   */
  void closeLingering(int lingerSeconds, Consumer<CloseReason> onDone);

  /** The channel's options have changed. Any thread. */
  void applyOptions();

  /** The channel has left its event loop, for a while: what happens is kept for later. */
  void pause();

  /** The channel is on an event loop again: the one given here before, unless this is queued. */
  void resume();
}
