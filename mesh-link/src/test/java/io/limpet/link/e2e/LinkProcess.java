package io.limpet.link.e2e;

import io.limpet.link.Bytes;
import io.limpet.link.LinkConfig;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkException;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshDatagrams;
import io.limpet.link.MeshGroups;
import io.limpet.link.MeshLink;
import io.limpet.link.MeshLinks;
import io.limpet.link.PeerReport;
import io.limpet.link.Protocol;
import io.limpet.link.SendOutcome;
import io.netty.buffer.ByteBuf;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node for tests, told by lines on standard input, telling by JSON lines on standard output.
 *
 * <p>Arguments: home, nickname, interface, privileged (true or false), and the helper daemon's
 * socket if there is one. Commands: {@code stream COUNT INTERVAL_MS}, {@code flood MILLIS SIZE},
 * {@code total}, {@code peers}, {@code group}, {@code say COUNT INTERVAL_MS}, {@code quit}.
 */
public final class LinkProcess {
  private static final int BATCH = 32;
  private static final Bytes GROUP = Bytes.of(new byte[MeshGroups.GROUP_ID_BYTES]);
  private static final Bytes SECRET = Bytes.of(new byte[MeshGroups.SECRET_BYTES]);

  private final MeshLink link;
  private final PrintStream out;
  private final List<MeshAddress> known = new ArrayList<>();
  private long received;
  private long receivedBytes;
  private long firstNs;
  private long lastNs;
  private int streamed;

  private LinkProcess(MeshLink link, PrintStream out) {
    this.link = link;
    this.out = out;
  }

  /** Runs the node until its input ends or says quit. */
  public static void main(String[] args) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    LinkConfig config =
        LinkConfig.of(Path.of(args[0]), args[1])
            .withInterfaces(List.of(args[2]))
            .withPrivileged(Boolean.parseBoolean(args[3]))
            .withLinkd(args.length > 4 ? Path.of(args[4]) : null);
    try (MeshLink link = MeshLinks.open(config)) {
      new LinkProcess(link, out).run();
    } catch (LinkException e) {
      out.println(
          "{\"event\":\"failed\",\"message\":\"" + escape(String.valueOf(e.getMessage())) + "\"}");
    }
  }

  private void run() throws IOException {
    // As an application would, from a thread of its own.
    link.addListener(this::onEvent);
    link.eventLoop().execute(this::receive);
    print("ready", "address", link.localAddress().toString());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
    while (line != null && !line.equals("quit")) {
      String[] words = line.split(" ");
      link.eventLoop().execute(() -> command(words));
      line = in.readLine();
    }
  }

  private void receive() {
    link.setReceiver(Protocol.GROUP, new Numbers());
    link.setReceiver(Protocol.TCP, new Bulk());
  }

  private void command(String[] words) {
    switch (words[0]) {
      case "stream" -> stream(Integer.parseInt(words[1]), Long.parseLong(words[2]));
      case "flood" ->
          flood(
              System.nanoTime() + Long.parseLong(words[1]) * 1_000_000, Integer.parseInt(words[2]));
      case "group" ->
          link.groups().setGroup(GROUP, List.of(new MeshGroups.GroupKey(1, SECRET)), new Said());
      case "say" -> say(Integer.parseInt(words[1]), Long.parseLong(words[2]));
      case "peers" -> {
        var unused = link.peers().thenAccept(this::printPeers);
      }
      case "total" -> {
        double seconds = Math.max(1, lastNs - firstNs) / 1e9;
        print(
            "total",
            "datagrams",
            Long.toString(received),
            "megabitsPerSecond",
            Long.toString((long) (receivedBytes * 8 / seconds / 1e6)));
      }
      default -> print("unknown", "command", words[0]);
    }
  }

  private void stream(int left, long intervalMs) {
    if (left == 0 || known.isEmpty()) {
      return;
    }
    ByteBuf payload = buffer(12).writeInt(streamed++).writeLong(System.currentTimeMillis());
    SendOutcome outcome = link.send(known.get(0), Protocol.GROUP, payload);
    link.flush();
    if (outcome != SendOutcome.SENT) {
      print("outcome", "is", outcome.name());
    }
    var unused =
        link.eventLoop()
            .schedule(() -> stream(left - 1, intervalMs), intervalMs, TimeUnit.MILLISECONDS);
  }

  private void say(int left, long intervalMs) {
    if (left > 0) {
      ByteBuf payload = buffer(12).writeInt(streamed++).writeLong(System.currentTimeMillis());
      print("outcome", "is", link.groups().send(GROUP, payload).name());
      link.flush();
      var unused =
          link.eventLoop()
              .schedule(() -> say(left - 1, intervalMs), intervalMs, TimeUnit.MILLISECONDS);
    }
  }

  private static ByteBuf buffer(int size) {
    return io.netty.buffer.PooledByteBufAllocator.DEFAULT.directBuffer(size);
  }

  /** Sends as fast as the link takes it, a batch at a time. */
  private void flood(long untilNs, int size) {
    if (known.isEmpty()) {
      return;
    }
    for (int i = 0; i < BATCH; i++) {
      int fits = Math.min(size, link.maxPayloadBytes(known.get(0)));
      ByteBuf payload = buffer(fits).writeZero(fits);
      if (link.send(known.get(0), Protocol.TCP, payload) == SendOutcome.NO_CAPACITY) {
        break;
      }
    }
    link.flush();
    if (System.nanoTime() - untilNs < 0) {
      var unused =
          link.eventLoop().schedule(() -> flood(untilNs, size), 200, TimeUnit.MICROSECONDS);
    } else {
      print("flooded");
    }
  }

  private void printPeers(List<PeerReport> peers) {
    for (PeerReport peer : peers) {
      print(
          "peer",
          "name",
          peer.info().nickname(),
          "path",
          peer.path().name(),
          "diagnosis",
          peer.diagnosis().name(),
          "links",
          peer.links().toString());
    }
  }

  private void onEvent(LinkEvent event) {
    if (event instanceof LinkEvent.PeerHeard heard && !known.contains(heard.peer())) {
      known.add(heard.peer());
    }
    String detail =
        event instanceof LinkEvent.PathChanged changed
            ? changed.to().name()
            : event instanceof LinkEvent.RepairStarted started
                ? started.diagnosis().name()
                : event instanceof LinkEvent.RepairStep step ? step.step() : "";
    print(event.getClass().getSimpleName(), "is", detail, "all", event.toString());
  }

  private void print(String event, String... fields) {
    StringBuilder line = new StringBuilder("{\"event\":\"" + event + "\"");
    line.append(",\"at\":").append(System.currentTimeMillis());
    for (int i = 0; i < fields.length; i += 2) {
      line.append(",\"").append(fields[i]).append("\":\"").append(escape(fields[i + 1]));
      line.append('"');
    }
    out.println(line.append('}'));
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ");
  }

  /** Tells each number that arrives, and how long it took. */
  private final class Numbers implements MeshDatagrams.Receiver {
    @Override
    public void onDatagram(MeshAddress from, ByteBuf payload, long ingressNs) {
      print(
          "got",
          "number",
          Integer.toString(payload.readInt()),
          "tookMs",
          Long.toString(System.currentTimeMillis() - payload.readLong()));
    }
  }

  /** Tells each number that was said to the group. */
  private final class Said implements MeshGroups.Receiver {
    @Override
    public void onDatagram(MeshAddress from, long keyNumber, ByteBuf payload, long ingressNs) {
      print("said", "number", Integer.toString(payload.readInt()), "from", from.toString());
    }
  }

  /** Counts. */
  private final class Bulk implements MeshDatagrams.Receiver {
    @Override
    public void onDatagram(MeshAddress from, ByteBuf payload, long ingressNs) {
      if (received++ == 0) {
        firstNs = ingressNs;
      }
      lastNs = ingressNs;
      receivedBytes += payload.readableBytes();
    }
  }
}
