package io.limpet.link.internal.os.hook;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.SiteHook;
import io.limpet.link.internal.os.LinkControl.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Runs the site hook on a thread of its own: one at a time, not more often than every two seconds,
 * and killed when its time is up. Confined to the event loop, on which outcomes are told.
 */
public final class HookRunner implements AutoCloseable {
  private static final long MIN_GAP_NS = TimeUnit.SECONDS.toNanos(2);
  private static final int LOOK_EVERY_MS = 20;
  private static final int MAX_LINE_BYTES = 160;
  private static final int CHUNK_BYTES = 4096;
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final SiteHook hook;
  private final Executor eventLoop;
  private final Runnable afterOutcome;
  private volatile boolean closed;
  private boolean running;
  private boolean ranBefore;
  private long lastNs;

  /**
   * Makes a runner that tells outcomes on an event loop.
   *
   * @param afterOutcome called there when those who waited for an outcome have heard it
   */
  public HookRunner(SiteHook hook, Executor eventLoop, Runnable afterOutcome) {
    this.hook = hook;
    this.eventLoop = eventLoop;
    this.afterOutcome = afterOutcome;
  }

  /**
   * Starts the hook, or says why not.
   *
   * @return an outcome that is final, or one whose end comes later: "exit 0", "exit 3", "timed out"
   */
  public Outcome run(
      long nowNs, String interfaceName, Bytes mac, InetAddress ip, MeshAddress peer) {
    if (running) {
      return new Outcome(false, "busy", "the site hook is running already");
    }
    if (ranBefore && nowNs - lastNs < MIN_GAP_NS) {
      return new Outcome(false, "busy", "the site hook ran less than two seconds ago");
    }
    List<String> words = HookArguments.fill(hook, interfaceName, mac, ip, peer);
    if (words == null) {
      return new Outcome(false, "the name of the interface is not fit for a command");
    }
    running = true;
    ranBefore = true;
    lastNs = nowNs;
    CompletableFuture<Outcome> later = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              Outcome outcome = execute(words);
              if (!closed) {
                eventLoop.execute(() -> onEnded(later, outcome));
              }
            },
            "limpet-site-hook");
    thread.setDaemon(true);
    thread.start();
    return new Outcome(true, "started", "runs " + hook.words().get(0), later);
  }

  private void onEnded(CompletableFuture<Outcome> later, Outcome outcome) {
    running = false;
    later.complete(outcome);
    afterOutcome.run();
  }

  private Outcome execute(List<String> words) {
    Process process;
    try {
      process = start(words);
    } catch (IOException e) {
      return new Outcome(false, "not started", oneLine(String.valueOf(e.getMessage())));
    }
    FirstLine line = new FirstLine();
    try (InputStream output = process.getInputStream()) {
      boolean ended = await(process, output, line);
      if (!ended) {
        return new Outcome(
            false, "timed out", "killed after " + text(hook.timeout()) + line.tail());
      }
      int code = process.exitValue();
      return new Outcome(code == 0, "exit " + code, hook.words().get(0) + line.tail());
    } catch (IOException e) {
      return new Outcome(false, "failed", oneLine(String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(false, "failed", "interrupted");
    } finally {
      // What was killed takes with it what it started; after an orderly end that is the site's.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static Process start(List<String> words) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .directory(new File("/"));
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", PATH);
    environment.put("LC_ALL", "C");
    return builder.start();
  }

  /**
   * Reads only what is there: a child that lives on and holds the pipe must not hold us. Returns
   * whether the program ended by itself.
   */
  private boolean await(Process process, InputStream output, FirstLine line)
      throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + hook.timeout().toNanos();
    while (!process.waitFor(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {
      drain(output, line);
      if (closed || System.nanoTime() - deadlineNs >= 0) {
        return false;
      }
    }
    drain(output, line);
    return true;
  }

  private static void drain(InputStream output, FirstLine line) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    int there = output.available();
    for (int left = 16; there > 0 && left > 0; left--) {
      int read = output.read(chunk, 0, Math.min(there, chunk.length));
      if (read <= 0) {
        return;
      }
      line.take(chunk, read);
      there = output.available();
    }
  }

  private static String text(Duration duration) {
    long ms = duration.toMillis();
    return ms % 1000 == 0 ? ms / 1000 + " s" : ms + " ms";
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  /** Kills the hook if it is running. */
  @Override
  public void close() {
    closed = true;
  }

  /** The first line of the output, bounded, without anything that a terminal obeys. */
  private static final class FirstLine {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean complete;

    void take(byte[] chunk, int length) {
      for (int i = 0; i < length && !complete; i++) {
        if (chunk[i] == '\n' || bytes.size() == MAX_LINE_BYTES) {
          complete = true;
        } else {
          bytes.write(chunk[i]);
        }
      }
    }

    String tail() {
      String line = bytes.toString(StandardCharsets.UTF_8).replaceAll("\\p{C}", " ").strip();
      return line.isEmpty() ? "" : ": " + line;
    }
  }
}
