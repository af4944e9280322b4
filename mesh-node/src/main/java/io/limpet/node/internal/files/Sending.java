package io.limpet.node.internal.files;

import io.limpet.link.MeshAddress;
import io.limpet.node.internal.files.FileEvent.Change;
import io.limpet.node.internal.files.FileProtocol.Verdict;
import io.limpet.presence.Person;
import io.limpet.presence.Roster;
import io.limpet.presence.RosterEvent;
import io.limpet.presence.RosterListener;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.MeshConnectException;
import io.limpet.tcp.MeshConnectionException;
import io.limpet.tcp.MeshTcp;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Sends one file, in as many attempts as it takes. Blocks whoever runs it. */
final class Sending {
  private static final int CONNECT_MS = 20_000;
  private static final long REPORT_MS = 250;
  private static final long FIRST_PAUSE_MS = 500;
  private static final long LONGEST_PAUSE_MS = 5_000;
  private static final int BUFFER_BYTES = 1 << 16;

  private final EventLoop loop;
  private final MeshTcp tcp;
  private final Roster roster;
  private final Person peer;
  private final Path path;
  private final String name;
  private final long patienceNs;
  private final FileTransfers.OnEvent each;
  private final AtomicLong startedAt = new AtomicLong();
  private final AtomicLong position = new AtomicLong();

  /** A permit for each time that it is worth trying at once. */
  private final Semaphore peerIsBack = new Semaphore(0);

  private long size;
  private long furthest;
  private long lastProgressNs;

  Sending(
      EventLoop loop,
      MeshTcp tcp,
      Roster roster,
      Person peer,
      Path path,
      long patienceMs,
      FileTransfers.OnEvent each) {
    this.loop = loop;
    this.tcp = tcp;
    this.roster = roster;
    this.peer = peer;
    this.path = path;
    this.name = String.valueOf(path.getFileName());
    this.patienceNs = TimeUnit.MILLISECONDS.toNanos(patienceMs);
    this.each = each;
  }

  void run() throws IOException, InterruptedException {
    RosterListener watch = this::onRoster;
    roster.addListener(watch);
    try (FileChannel file = open()) {
      size = file.size();
      Offer offer = new Offer(SafeName.of(name), size, hash(file));
      lastProgressNs = System.nanoTime();
      long pauseMs = FIRST_PAUSE_MS;
      while (true) {
        long before = furthest;
        String trouble = attempt(offer, file);
        if (trouble == null) {
          return;
        }
        pauseMs = furthest > before ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
        pause(trouble, pauseMs);
      }
    } finally {
      roster.removeListener(watch);
    }
  }

  private void onRoster(RosterEvent event) {
    MeshAddress who = event.person().address();
    if (who.equals(peer.address())
        && (event instanceof RosterEvent.Online || event instanceof RosterEvent.Restarted)) {
      peerIsBack.release();
    }
  }

  private FileChannel open() throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException(path + " is a folder: pack it into one file first");
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException(path + " is not there, or no ordinary file");
    }
    try {
      return FileChannel.open(path, StandardOpenOption.READ);
    } catch (IOException e) {
      throw new IOException(path + " cannot be read", e);
    }
  }

  private byte[] hash(FileChannel file) throws IOException {
    MessageDigest digest = FileProtocol.sha256();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    long told = System.nanoTime();
    for (long at = 0; at < size; ) {
      int read = file.read(buffer.clear(), at);
      if (read < 0) {
        throw new FileChangedException();
      }
      digest.update(buffer.flip());
      at += read;
      if (System.nanoTime() - told > TimeUnit.MILLISECONDS.toNanos(REPORT_MS)) {
        told = System.nanoTime();
        tell(Change.READING, at, null);
      }
    }
    return digest.digest();
  }

  /** Returns null when it is done, else what is worth another attempt. */
  private @Nullable String attempt(Offer offer, FileChannel file)
      throws IOException, InterruptedException {
    peerIsBack.drainPermits();
    startedAt.set(-1);
    position.set(-1);
    CompletableFuture<Verdict> done = new CompletableFuture<>();
    Channel channel =
        new Bootstrap()
            .group(loop)
            .channelFactory(tcp.clientChannels())
            .option(ChannelOption.TCP_FASTOPEN_CONNECT, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MS)
            .handler(new Upload(offer, file, this::onPosition, done))
            .connect(peer.address().at(FileProtocol.PORT))
            .addListener(
                connected -> {
                  if (!connected.isSuccess()) {
                    done.completeExceptionally(connected.cause());
                  }
                })
            .channel();
    try {
      return judge(follow(done));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FileChangedException changed) {
        throw changed;
      }
      return trouble(e.getCause());
    } finally {
      channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
  }

  private void onPosition(long at) {
    startedAt.compareAndSet(-1, at);
    position.set(at);
  }

  /** Waits for the receiver's last word, and tells of what passes meanwhile. */
  private Verdict follow(CompletableFuture<Verdict> done)
      throws IOException, InterruptedException, ExecutionException {
    boolean started = false;
    while (true) {
      long at = position.get();
      if (at < 0) {
        tell(Change.WAITING, furthest, null);
      } else if (started) {
        tell(Change.PROGRESS, at, null);
      } else {
        tell(Change.STARTED, startedAt.get(), null);
        started = true;
      }
      if (at > furthest) {
        furthest = at;
        lastProgressNs = System.nanoTime();
      } else {
        giveUpInTime("no progress");
      }
      try {
        Verdict verdict = done.get(REPORT_MS, TimeUnit.MILLISECONDS);
        if (!started && startedAt.get() >= 0) {
          tell(Change.STARTED, startedAt.get(), null);
        }
        return verdict;
      } catch (TimeoutException e) {
        // It goes on.
      }
    }
  }

  private @Nullable String judge(Verdict verdict) throws IOException {
    if (verdict == Verdict.DONE) {
      tell(Change.SENT, size, null);
      return null;
    }
    String words = peer.name() + " " + verdict.words();
    if (verdict == Verdict.BUSY) {
      return words;
    }
    tell(Change.REFUSED, Math.max(0, position.get()), words);
    throw new IOException(name + ": " + words);
  }

  private String trouble(@Nullable Throwable cause) throws IOException {
    long at = position.get();
    if (cause instanceof MeshConnectException refusal) {
      return refusal.reason() instanceof CloseReason.PortClosed
          ? peer.name() + " does not receive: 'limpet receive' there takes it"
          : peer.name() + " is not reached: " + refusal.reason().describe();
    }
    String words =
        cause instanceof MeshConnectionException lost
            ? lost.reason().describe()
            : cause == null ? "broken off" : String.valueOf(cause.getMessage());
    if (at >= 0) {
      tell(Change.INTERRUPTED, at, words);
    }
    return words;
  }

  private void pause(String trouble, long pauseMs) throws IOException, InterruptedException {
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs);
    do {
      giveUpInTime(trouble);
      tell(Change.WAITING, furthest, trouble);
    } while (System.nanoTime() < endNs && !peerIsBack.tryAcquire(REPORT_MS, TimeUnit.MILLISECONDS));
  }

  private void giveUpInTime(String trouble) throws IOException {
    if (System.nanoTime() - lastProgressNs > patienceNs) {
      throw new IOException(name + ": given up: " + trouble);
    }
  }

  private void tell(Change change, long bytes, @Nullable String reason) throws IOException {
    each.accept(new FileEvent(change, peer.address(), peer.name(), name, size, bytes, reason));
  }
}
