package io.limpet.rig.node;

import io.limpet.link.LinkConfig;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkException;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshLink;
import io.limpet.link.MeshLinks;
import io.limpet.link.PeerReport;
import io.limpet.tcp.MeshSocketFactory;
import io.limpet.tcp.MeshTcp;
import io.limpet.tcp.TcpConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A node whose streams say what they carried: every byte sent is a function of its place in the
 * stream, so that the receiver finds out what is lost, doubled or out of order. Told by lines on
 * standard input, tells by lines on standard output: a word, the time in milliseconds, the rest.
 *
 * <p>Arguments: home, name, group port, then interfaces, none of them for all.
 */
public final class StreamMain {
  private static final int PORT = 70;

  private final MeshLink link;
  private final MeshTcp tcp;
  private final PrintStream out;
  private final Map<String, MeshAddress> known = new ConcurrentHashMap<>();
  private final List<Read> reads = new ArrayList<>();
  private long received;
  private long wrong;
  private int accepted;
  private volatile boolean streaming;

  private record Read(long atMs, int bytes) {}

  private StreamMain(MeshLink link, PrintStream out) {
    this.link = link;
    this.out = out;
    this.tcp = MeshTcp.over(link, TcpConfig.defaults());
  }

  /** Runs the node until its input ends or says quit. */
  public static void main(String[] args) throws IOException, LinkException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    LinkConfig config =
        LinkConfig.of(Path.of(args[0]), args[1])
            .withPort(Integer.parseInt(args[2]))
            .withInterfaces(List.of(args).subList(3, args.length));
    try (MeshLink link = MeshLinks.open(config)) {
      new StreamMain(link, out).run();
    }
    System.exit(0); // a thread that still writes must not keep the process
  }

  private void run() throws IOException {
    var unused =
        new ServerBootstrap()
            .group(link.eventLoop())
            .channelFactory(tcp.serverChannels())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted++;
                    channel.pipeline().addLast(new Sink());
                  }
                })
            .bind(link.localAddress().at(PORT));
    link.eventLoop().execute(() -> link.addListener(this::onEvent));
    tcp.addListener(
        (change, peer, localPort, remotePort, reason) ->
            print("connection", change + " " + reason));
    print("ready", link.localAddress().toString());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
    while (line != null && !line.equals("quit")) {
      command(line.split(" "));
      line = in.readLine();
    }
    streaming = false;
    tcp.close();
  }

  private void command(String[] words) {
    switch (words[0]) {
      case "stream" -> {
        streaming = true;
        Thread writer =
            new Thread(
                () -> stream(words[1], Long.parseLong(words[2]), Integer.parseInt(words[3])),
                "writer");
        writer.setDaemon(true);
        writer.start();
      }
      case "stop" -> streaming = false;
      case "received" ->
          link.eventLoop()
              .execute(() -> print("received", received + " " + wrong + " " + accepted));
      case "pause" ->
          link.eventLoop().execute(() -> pause(Long.parseLong(words[1]), Long.parseLong(words[2])));
      case "links" -> {
        var unused = link.peers().thenAccept(this::links);
      }
      default -> print("unknown", words[0]);
    }
  }

  /** Sends until it is told to stop, on another connection whenever one ends. */
  private void stream(String name, long everyMs, int bytes) {
    long total = 0;
    while (streaming) {
      MeshAddress peer = known.get(name);
      if (peer == null) {
        LockSupport.parkNanos(1_000_000);
        continue;
      }
      long place = 0;
      try (Socket socket = new MeshSocketFactory(tcp).createSocket(peer.toInet6Address(), PORT)) {
        byte[] block = new byte[bytes];
        long nextNs = System.nanoTime();
        while (streaming) {
          for (int i = 0; i < bytes; i++) {
            block[i] = byteAt(place + i);
          }
          socket.getOutputStream().write(block);
          place += bytes;
          total += bytes;
          nextNs += TimeUnit.MILLISECONDS.toNanos(everyMs);
          LockSupport.parkNanos(nextNs - System.nanoTime());
        }
      } catch (IOException e) {
        print("broken", String.valueOf(e.getMessage()));
        LockSupport.parkNanos(10_000_000);
      }
    }
    print("sent", Long.toString(total));
  }

  private static byte byteAt(long place) {
    return (byte) (place ^ (place >> 8) * 31 ^ (place >> 16) * 17);
  }

  private void pause(long fromMs, long toMs) {
    long previous = fromMs;
    long longest = 0;
    for (Read read : reads) {
      if (read.atMs >= fromMs && read.atMs <= toMs) {
        longest = Math.max(longest, read.atMs - previous);
        previous = read.atMs;
      }
    }
    print("pause", Long.toString(Math.max(longest, toMs - previous)));
  }

  private void links(List<PeerReport> peers) {
    StringBuilder text = new StringBuilder();
    for (PeerReport peer : peers) {
      text.append(peer.info().nickname()).append(' ').append(peer.path()).append(' ');
      peer.links().stream()
          .filter(l -> l.outbound())
          .forEach(l -> text.append(l.interfaceName() + "/" + l.carrier() + "=" + l.state() + " "));
    }
    print("links", text.toString());
  }

  private void onEvent(LinkEvent event) {
    if (event instanceof LinkEvent.PeerHeard heard) {
      known.put(heard.info().nickname(), heard.peer());
    }
    print(event.getClass().getSimpleName(), event.toString());
  }

  private synchronized void print(String word, String rest) {
    out.println(word + " " + System.currentTimeMillis() + " " + rest.replace('\n', ' '));
  }

  private final class Sink extends SimpleChannelInboundHandler<ByteBuf> {
    private long place;

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf data) {
      reads.add(new Read(System.currentTimeMillis(), data.readableBytes()));
      received += data.readableBytes();
      while (data.isReadable()) {
        wrong += data.readByte() == byteAt(place++) ? 0 : 1;
      }
    }
  }
}
