package io.limpet.node.internal.files;

import io.limpet.link.MeshAddress;
import io.limpet.node.internal.streams.WhoMay;
import io.limpet.presence.Person;
import io.limpet.presence.Roster;
import io.limpet.tcp.MeshTcp;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends files to peers and receives theirs. Safe for any thread; nothing runs, and nothing is
 * received, unless somebody asks for it.
 *
 * <p>The disk is waited for on a loop of its own, apart from the link's.
 */
public final class FileTransfers implements AutoCloseable {
  private static final int MAX_SENT_AT_ONCE = 8;
  private static final long CLOSE_S = 2;

  private final MeshAddress self;
  private final MeshTcp tcp;
  private final Roster roster;
  private final Clock clock;
  private final List<Consumer<FileEvent>> listeners = new CopyOnWriteArrayList<>();
  private final Semaphore sending = new Semaphore(MAX_SENT_AT_ONCE);
  private @Nullable EventLoop loop;
  private @Nullable Receiver receiver;
  private boolean closed;

  /** Files of this node's person; none yet. */
  public FileTransfers(MeshAddress self, MeshTcp tcp, Roster roster, Clock clock) {
    this.self = self;
    this.tcp = tcp;
    this.roster = roster;
    this.clock = clock;
  }

  /** Adds a listener to what the journal tells. */
  public void addListener(Consumer<FileEvent> listener) {
    listeners.add(listener);
  }

  /** Receives until it is closed. */
  public interface Receiving extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Receives files into a folder.
   *
   * @param from who may send
   * @param maxSize largest file in bytes
   * @param each hears of each file
   * @return fails with an {@link IOException} when the folder cannot be written into, or files are
   *     received already
   */
  public CompletionStage<Receiving> receive(
      Path folder, WhoMay from, long maxSize, Consumer<FileEvent> each) {
    Receiver opening;
    EventLoop running;
    try {
      Inbox inbox = new Inbox(folder);
      if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
        throw new IOException(folder + " is not a folder that can be written into");
      }
      inbox.forget(clock.instant());
      synchronized (this) {
        if (receiver != null) {
          throw new IOException("this node receives files already: 'limpet receive' runs");
        }
        running = loop();
        opening = new Receiver(roster, inbox, from, maxSize, event -> tell(event, each));
        receiver = opening;
      }
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    return opening
        .listen(running, tcp, self)
        .<Receiving>thenApply(bound -> () -> end(opening))
        .whenComplete(
            (receiving, failure) -> {
              if (failure != null) {
                end(opening);
              }
            });
  }

  private void end(Receiver over) {
    EventLoop running;
    synchronized (this) {
      if (receiver != over) {
        return;
      }
      receiver = null;
      running = loop();
    }
    running.execute(over::close);
  }

  /** Hears of a file, and ends its sending by throwing. */
  @FunctionalInterface
  public interface OnEvent {
    /** Takes one event. */
    void accept(FileEvent event) throws IOException;
  }

  /**
   * Sends a file, however often the connection breaks. Blocks until it is whole at the other side.
   *
   * @param patienceMs for how long it may make no progress
   * @throws IOException when it cannot be sent, with one line that says why
   */
  public void send(Person peer, Path file, long patienceMs, OnEvent each)
      throws IOException, InterruptedException {
    if (!sending.tryAcquire()) {
      throw new IOException("this node sends " + MAX_SENT_AT_ONCE + " files already");
    }
    try {
      new Sending(
              loop(),
              tcp,
              roster,
              peer,
              file,
              patienceMs,
              event -> {
                tellJournal(event);
                each.accept(event);
              })
          .run();
    } finally {
      sending.release();
    }
  }

  private void tell(FileEvent event, Consumer<FileEvent> each) {
    each.accept(event);
    tellJournal(event);
  }

  private void tellJournal(FileEvent event) {
    if (event.change().isTold()) {
      listeners.forEach(listener -> listener.accept(event));
    }
  }

  private synchronized EventLoop loop() {
    EventLoop running = loop;
    if (running == null) {
      if (closed) {
        throw new IllegalStateException("the node stops");
      }
      running = new DefaultEventLoop(new DefaultThreadFactory("limpet-files", true));
      loop = running;
    }
    return running;
  }

  /** Breaks off what is on its way; it can be gone on with later. */
  @Override
  public void close() {
    EventLoop running;
    Receiver open;
    synchronized (this) {
      closed = true;
      running = loop;
      open = receiver;
      receiver = null;
    }
    if (running != null) {
      if (open != null) {
        running.execute(open::close);
      }
      running
          .shutdownGracefully(0, CLOSE_S, TimeUnit.SECONDS)
          .awaitUninterruptibly(CLOSE_S, TimeUnit.SECONDS);
    }
  }
}
