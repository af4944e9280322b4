package io.limpet.tcp.internal.engine;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.internal.wire.Segment;
import java.lang.reflect.RecordComponent;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs a script against one endpoint in virtual time; {@code src/test/resources/scripts/README.md}
 * is the manual of the language. A failure names the file and the line, and what was sent.
 */
final class ScriptRun {
  private static final long TOLERANCE_NS = 100_000;
  private static final int LOGGED_SEGMENTS = 12;
  private static final int MANY_DEADLINES = 100_000;

  private record Sent(long atNs, Segment segment) {}

  private final String name;
  private final Map<String, String> engine = new LinkedHashMap<>();
  private final Map<String, String> config = new LinkedHashMap<>();
  private final Map<String, String> peer = new LinkedHashMap<>();
  private final ScriptStart begin;
  private final boolean active;
  private final ScriptNumbers numbers;
  private final ArrayDeque<Sent> sent = new ArrayDeque<>();
  private final ArrayDeque<String> log = new ArrayDeque<>();
  private final List<String> events = new ArrayList<>();
  private final Segment parsed = new Segment();
  private @Nullable PlayedPeer played;
  private long startNs;
  private long baseNs;
  private int peerStampMs;
  private long written;
  private long read;

  private ScriptRun(String name, ScriptStart begin, boolean active) {
    this.name = name;
    this.begin = begin;
    this.active = active;
    this.numbers = new ScriptNumbers(begin.peerIss());
  }

  /** Runs all of a file. */
  static void run(Path file, String name, ScriptStart begin) throws Exception {
    List<String> lines = Files.readAllLines(file);
    boolean active = lines.stream().anyMatch(line -> line.startsWith("connect"));
    ScriptRun run = new ScriptRun(name, begin, active);
    int number = 0;
    for (String line : lines) {
      number++;
      try {
        run.line(line);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(run.report(number, line, e), e);
      }
    }
    try {
      run.flush();
      run.expectSilence();
    } catch (AssertionError e) {
      throw new AssertionError(run.report(number, "at the end", e), e);
    }
  }

  private String report(int number, String line, Throwable e) {
    StringBuilder text = new StringBuilder();
    text.append(name).append(':').append(number).append(": ").append(line.strip());
    text.append("\n  ").append(e.getMessage() == null ? e.toString() : e.getMessage());
    text.append("\n  so far:");
    log.forEach(entry -> text.append("\n    ").append(entry));
    return text.toString();
  }

  // Lines.

  private void line(String raw) throws Exception {
    int comment = raw.indexOf('#');
    String line = (comment < 0 ? raw : raw.substring(0, comment)).strip();
    if (line.isEmpty()) {
      return;
    }
    String[] words = line.split("\\s+", 2);
    String rest = words.length > 1 ? words[1] : "";
    switch (words[0]) {
      case "engine" -> settings(rest, engine);
      case "config" -> settings(rest, config);
      case "peer" -> settings(rest, peer);
      default -> {
        if (words[0].startsWith("+")) {
          timed(words[0].substring(1), rest);
        } else if (words[0].equals(">")) {
          timed("0", line);
        } else {
          start();
          act(line);
        }
      }
    }
  }

  private static void settings(String text, Map<String, String> into) {
    for (String setting : text.split("\\s+", -1)) {
      String[] parts = setting.split("=", 2);
      if (parts.length != 2) {
        throw new IllegalArgumentException("not a setting: " + setting);
      }
      into.put(parts[0], parts[1]);
    }
  }

  private void timed(String time, String command) throws Exception {
    start();
    flush();
    int range = time.indexOf("..");
    long from = ScriptUnits.nanos(range < 0 ? time : time.substring(0, range));
    long to = range < 0 ? from : ScriptUnits.nanos(time.substring(range + 2));
    if (command.startsWith("> ")) {
      long slack = range < 0 && from > 0 ? TOLERANCE_NS : 0;
      expect(baseNs + from - slack, baseNs + to + slack, command.substring(2).strip());
      return;
    }
    advanceTo(baseNs + from);
    baseNs = peer().nowNs;
    expectSilence();
    act(command);
  }

  /** What happens in one moment; the endpoint sends when the moment is over. */
  private void act(String command) throws Exception {
    if (command.startsWith("< ")) {
      inject(ScriptSegment.parse(command.substring(2).strip().replaceAll("\\s+", " ")));
    } else {
      call(command.split("\\s+", -1));
    }
    takeEvents();
  }

  private PlayedPeer peer() {
    PlayedPeer p = played;
    if (p == null) {
      throw new IllegalStateException("not started");
    }
    return p;
  }

  private void start() throws BindException {
    if (played != null) {
      return;
    }
    EngineConfig made = ScriptUnits.engine(engine);
    PlayedPeer p = new PlayedPeer(made);
    p.nowNs = begin.startNs(made, active);
    p.config = ScriptUnits.config(config, TcpConfig.defaults());
    p.window = Integer.parseInt(peer.getOrDefault("window", "60000"));
    played = p;
    startNs = p.nowNs;
    baseNs = p.nowNs;
  }

  // Time and what is sent.

  private void flush() {
    PlayedPeer p = peer();
    p.flush();
    for (byte[] bytes = p.takeSent(); bytes != null; bytes = p.takeSent()) {
      Segment segment = p.parse(bytes);
      numbers.sent(segment);
      note("> " + numbers.describe(segment));
      sent.add(new Sent(p.nowNs, segment));
    }
    takeEvents();
  }

  private void takeEvents() {
    PlayedPeer p = peer();
    p.drain();
    for (TcpEvent event : p.events) {
      events.add(describe(event));
      note("event " + describe(event));
    }
    p.events.clear();
  }

  private static String describe(TcpEvent event) {
    if (event instanceof TcpEvent.Closed closed) {
      CloseReason reason = closed.reason();
      return "Closed(" + reason.getClass().getSimpleName() + ")";
    }
    return event.getClass().getSimpleName();
  }

  private void note(String text) {
    log.add(String.format(Locale.ROOT, "%.3f ms %s", (peer().nowNs - startNs) / 1e6, text));
    if (log.size() > LOGGED_SEGMENTS) {
      log.remove();
    }
  }

  /** Lets every deadline up to a time pass. */
  private void advanceTo(long endNs) {
    for (int i = 0; i < MANY_DEADLINES; i++) {
      if (!nextDeadline(endNs)) {
        peer().nowNs = Math.max(peer().nowNs, endNs);
        return;
      }
    }
    throw new AssertionError("the deadlines do not end");
  }

  private boolean nextDeadline(long endNs) {
    PlayedPeer p = peer();
    long next = p.endpoint.nextDeadlineNs();
    if (next == Long.MAX_VALUE || next - endNs > 0 || p.refuse) {
      return false;
    }
    p.nowNs = Math.max(p.nowNs, next);
    p.endpoint.onTimeout(p.nowNs);
    flush();
    return true;
  }

  private void expectSilence() {
    Sent unexpected = sent.peek();
    if (unexpected != null) {
      throw new AssertionError("nobody expected " + numbers.describe(unexpected.segment()));
    }
  }

  private void expect(long fromNs, long toNs, String text) {
    ScriptSegment wanted = ScriptSegment.parse(text.replaceAll("\\s+", " "));
    for (int part = 0; part < wanted.count; part++) {
      for (int i = 0; sent.isEmpty() && nextDeadline(toNs); i++) {
        if (i > MANY_DEADLINES) {
          throw new AssertionError("the deadlines do not end");
        }
      }
      Sent found = sent.poll();
      if (found == null) {
        throw new AssertionError("nothing was sent");
      }
      Segment segment = found.segment();
      String difference = wanted.difference(segment, part, numbers);
      if (difference != null) {
        throw new AssertionError(difference + ": sent " + numbers.describe(segment));
      }
      if (found.atNs() - fromNs < 0 || found.atNs() - toNs > 0) {
        throw new AssertionError(
            String.format(
                Locale.ROOT, "sent %.3f ms after the line before", (found.atNs() - baseNs) / 1e6));
      }
      checkData(segment);
      if (part == wanted.count - 1) {
        baseNs = found.atNs();
      }
    }
  }

  /** What the endpoint sends is what its application wrote. */
  private void checkData(Segment segment) {
    int offset = segment.seq - numbers.ours() - (segment.has(Segment.SYN) ? 0 : 1);
    if (segment.has(Segment.RST)) {
      return;
    }
    ByteBuffer data = segment.payload.duplicate();
    while (data.hasRemaining()) {
      if (data.get() != ScriptUnits.ourByte(offset++)) {
        throw new AssertionError("byte " + offset + " is not the one that was written");
      }
    }
  }

  // The peer.

  private void inject(ScriptSegment line) {
    PlayedPeer p = peer();
    note("< " + line);
    int offset = line.seq - ((line.flags & Segment.SYN) != 0 ? 0 : 1);
    for (int part = 0; part < line.count; part++) {
      int skipped = part * line.length;
      parsed.clear();
      parsed.flags = line.flags;
      parsed.seq = numbers.theirs() + line.seq + skipped;
      parsed.ack = line.ack == null ? 0 : numbers.ours() + line.ack;
      parsed.window = line.window == null ? p.window : line.window;
      parsed.urgentPointer = line.urgentPointer;
      options(line);
      p.inject(parsed, ScriptUnits.theirBytes(offset + skipped, line.length), line.raw);
    }
  }

  private void options(ScriptSegment line) {
    parsed.mss = line.mss == null ? 0 : line.mss;
    parsed.windowScale = line.windowScale == null ? -1 : line.windowScale;
    parsed.sackPermitted = line.sackPermitted;
    parsed.userTimeoutSeconds = line.userTimeoutSeconds == null ? 0 : line.userTimeoutSeconds;
    for (int[] block : line.sacks) {
      parsed.addSack(numbers.ours() + block[0], numbers.ours() + block[1]);
    }
    String stamps = line.timestamps;
    if (stamps == null && peer().agreedOnTimestamps() && !line.withoutTimestamps) {
      stamps = "*:*";
    }
    if (stamps != null) {
      String[] parts = stamps.split(":", -1);
      parsed.hasTimestamps = true;
      if (!parts[0].equals("*")) {
        peerStampMs = Integer.parseInt(parts[0]) - elapsedMs();
      }
      parsed.tsVal = elapsedMs() + peerStampMs;
      boolean echoes = (line.flags & Segment.ACK) != 0;
      parsed.tsEcr = echoes ? numbers.echo(parts[1]) : 0;
    }
  }

  private int elapsedMs() {
    return (int) ((peer().nowNs - startNs) / 1_000_000);
  }

  // The application, and what is asked of the endpoint.

  private void call(String[] words) throws Exception {
    PlayedPeer p = peer();
    switch (words[0]) {
      case "listen" ->
          p.listening(
              words.length > 1 && words[1].matches("\\d+") ? Integer.parseInt(words[1]) : 4,
              words[words.length - 1].equals("newest-wins"));
      case "connect" -> p.synSent();
      case "accept" -> {
        TcpConnection request = p.takeRequest();
        request.accept(p.nowNs);
        written = 0;
        read = 0;
      }
      case "request" -> p.takeRequest();
      case "write" -> write(Integer.parseInt(words[1]), words);
      case "urgent" -> p.connection().markUrgent(p.nowNs);
      case "read" -> read(words);
      case "shutdown" -> p.connection().shutdownOutput(p.nowNs);
      case "close" -> p.connection().close(p.nowNs);
      case "abort" -> p.connection().abort(p.nowNs);
      case "unlisten" -> p.listener().close(p.nowNs);
      case "set" -> set(words[1], words[2]);
      case "reachable" -> p.endpoint.onPeerReachable(p.nowNs, PlayedPeer.PEER);
      case "restarted" -> p.endpoint.onPeerRestarted(p.nowNs, PlayedPeer.PEER);
      case "link" -> link(words);
      case "rebase" -> numbers.rebase(Integer.parseInt(words[1]));
      case "silence" -> {
        // That nothing was sent up to here has been checked.
      }
      case "state" -> check(p.connection().state().name().equals(words[1]), "the state is %s");
      case "event" -> event(words[1]);
      case "no-event" -> {
        check(!events.contains(words[1]), "there was such an event; the state is %s");
      }
      case "assert" -> assertInfo(words);
      case "pending" -> {
        check(p.listener().pending() == Integer.parseInt(words[1]), "other; the state is %s");
      }
      default -> throw new IllegalArgumentException("no such command: " + words[0]);
    }
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(String.format(Locale.ROOT, otherwise, peer().connection().state()));
    }
  }

  private void write(int length, String[] words) {
    ByteBuffer data = ScriptUnits.ourBytes(written, length);
    int taken = peer().connection().write(peer().nowNs, data);
    written += taken;
    int wanted = words.length > 3 ? Integer.parseInt(words[3]) : length;
    if (taken != wanted) {
      throw new AssertionError("taken were " + taken);
    }
  }

  /** {@code read}: all there is; {@code read 100}: at most; {@code read = 50}: so many come. */
  private void read(String[] words) {
    boolean bounded = words.length > 1 && !words[1].equals("=");
    ByteBuffer into = ByteBuffer.allocate(bounded ? Integer.parseInt(words[1]) : 1 << 20);
    int count = peer().connection().read(peer().nowNs, into);
    into.flip();
    for (int i = 0; i < Math.max(0, count); i++) {
      if (into.get() != ScriptUnits.theirByte((int) read++)) {
        throw new AssertionError("byte " + (read - 1) + " is not the one that the peer sent");
      }
    }
    String wanted = words[words.length - 1];
    boolean compared = words.length > 2 && words[words.length - 2].equals("=");
    if (compared && !String.valueOf(count).equals(wanted)) {
      throw new AssertionError("read were " + count);
    }
  }

  private void set(String what, String value) {
    PlayedPeer p = peer();
    switch (what) {
      case "nodelay" -> p.connection().setNoDelay(p.nowNs, value.equals("on"));
      case "keepalive" -> p.connection().setKeepAliveNs(p.nowNs, ScriptUnits.nanos(value));
      case "user-timeout" -> p.connection().setUserTimeoutNs(p.nowNs, ScriptUnits.nanos(value));
      default -> throw new IllegalArgumentException("cannot be set: " + what);
    }
  }

  /** {@code link refuses}, {@code link accepts}, {@code link carries 1000 [4000]}. */
  private void link(String[] words) {
    PlayedPeer p = peer();
    switch (words[1]) {
      case "refuses" -> p.refuse = true;
      case "accepts" -> p.refuse = false;
      case "carries" -> {
        int safe = Integer.parseInt(words[2]);
        int largest = words.length > 3 ? Integer.parseInt(words[3]) : safe;
        p.endpoint.onMaxSegmentChanged(PlayedPeer.PEER, safe, largest);
      }
      default -> throw new IllegalArgumentException("the link does not " + words[1]);
    }
  }

  private void event(String wanted) {
    int at = events.indexOf(wanted);
    if (at < 0) {
      throw new AssertionError("there were only " + events);
    }
    events.subList(0, at + 1).clear();
  }

  private void assertInfo(String[] words) throws ReflectiveOperationException {
    TcpInfo info = peer().connection().info(peer().nowNs);
    for (RecordComponent component : TcpInfo.class.getRecordComponents()) {
      if (component.getName().equals(words[1])) {
        Object value = component.getAccessor().invoke(info);
        if (!ScriptUnits.holds(value, words[2], words[3])) {
          throw new AssertionError(words[1] + " is " + value);
        }
        return;
      }
    }
    throw new IllegalArgumentException("TcpInfo has no " + words[1]);
  }
}
