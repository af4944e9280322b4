package io.limpet.link.internal.os.platform;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.MeshAddress;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import io.limpet.link.internal.os.linux.NetlinkMonitor;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * Runs a monitor and a control inside a namespace: obeys commands from standard input, answers each
 * with a line that starts with {@code =}, and prints what the monitor tells with lines that start
 * with {@code !}.
 */
final class AgentMain {
  private final AgentTcp tcp = new AgentTcp();
  private final OsLinks links;
  private volatile CompletionStage<LinkControl.Outcome> promised;
  private CountDownLatch stalled = new CountDownLatch(0);

  private AgentMain(OsLinks links) {
    this.links = links;
  }

  public static void main(String[] arguments) throws Exception {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    EventLoop loop = group.next();
    Path linkd = arguments.length > 0 ? Path.of(arguments[0]) : null;
    OsLinks links = OsLinks.open(loop, true, linkd, null);
    AgentMain agent = new AgentMain(links);
    loop.submit(() -> links.monitor().start(new Printer())).sync();
    System.out.println("=ready " + links.kind());
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ");
      if (words[0].equals("stall")) {
        agent.stall(loop);
        continue;
      }
      if (words[0].equals("go")) {
        agent.stalled.countDown();
        continue;
      }
      String answer = loop.submit(() -> agent.obey(words)).get();
      CompletionStage<LinkControl.Outcome> later = agent.promised;
      agent.promised = null;
      System.out.println(
          "="
              + answer
              + (later == null
                  ? ""
                  : " then " + agent.text(later.toCompletableFuture().get(9, TimeUnit.SECONDS))));
    }
    loop.submit(links::close).sync();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
  }

  /** Keeps the event loop from reading until told to go on. */
  private void stall(EventLoop loop) {
    stalled = new CountDownLatch(1);
    CountDownLatch until = stalled;
    loop.execute(
        () -> {
          try {
            System.out.println("=stalled");
            until.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private String obey(String[] words) throws Exception {
    LinkControl control = links.control();
    return switch (words[0]) {
      case "interfaces" ->
          links.monitor().interfaces().stream()
              .map(AgentMain::text)
              .collect(Collectors.joining("; "));
      case "detail" -> links.monitor().detail(on(words[1]).index()).toString();
      case "neighbour" ->
          links
              .monitor()
              .neighbour(on(words[1]).index(), ip(words[2]))
              .map(AgentMain::text)
              .orElse("none");
      case "resyncs" -> Long.toString(((NetlinkMonitor) links.monitor()).resyncs());
      case "privileges" -> control.privileges().toString();
      case "hook" ->
          text(
              control.runSiteHook(
                  on(words[1]),
                  ip(words[2]),
                  mac(words[3]),
                  new MeshAddress(0x2001_0020_0000_0000L, 1)));
      case "destroy-by-linkd" -> tcp.destroyStrandedBy(Path.of(words[1]));
      case "capabilities" -> control.capabilities().toString();
      case "replace" -> text(control.replaceNeighbour(on(words[1]), ip(words[2]), mac(words[3])));
      case "flush" -> text(control.flushNeighbour(on(words[1]), ip(words[2])));
      case "probe" -> text(control.probeNeighbour(on(words[1]), ip(words[2])));
      case "request" -> text(control.requestNeighbour(on(words[1]), ip(words[2]), ip(words[3])));
      case "announce" -> text(control.announce(on(words[1]), ip(words[2])));
      case "provoke" -> text(control.provokeRequest(on(words[1]), ip(words[2])));
      case "nudge" -> text(control.nudge(on(words[1]), ip(words[2])));
      case "listen", "connect", "read", "sockets", "destroy-stranded" -> tcp.obey(words);
      default -> "unknown " + words[0];
    };
  }

  private LinkInterface on(String name) {
    return links.monitor().interfaces().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private InetAddress ip(String text) throws Exception {
    int percent = text.indexOf('%');
    if (percent < 0) {
      return InetAddress.getByName(text);
    }
    byte[] address = InetAddress.getByName(text.substring(0, percent)).getAddress();
    return Inet6Address.getByAddress(null, address, on(text.substring(percent + 1)).index());
  }

  private static Bytes mac(String text) {
    return Bytes.of(HexFormat.ofDelimiter(":").parseHex(text));
  }

  /** An outcome that comes later is waited for, but not on the event loop. */
  private String text(LinkControl.Outcome outcome) {
    promised = outcome.later();
    return outcome.done() + " " + outcome.detail();
  }

  private static String text(LinkInterface one) {
    return String.join(
        " ",
        Integer.toString(one.index()),
        one.name(),
        String.valueOf(one.mac()),
        one.up() ? "up" : "down",
        one.multicast() ? "multicast" : "-",
        Integer.toString(one.mtuBytes()),
        one.addresses().stream().map(InetAddress::getHostAddress).collect(Collectors.joining(",")));
  }

  private static String text(NeighbourEntry entry) {
    return entry.ip().getHostAddress() + " " + entry.mac() + " " + entry.state();
  }

  private static final class Printer implements NetworkMonitor.Listener {
    @Override
    public void onInterfaceChanged(LinkInterface now) {
      System.out.println("!interface " + text(now));
    }

    @Override
    public void onInterfaceRemoved(int interfaceIndex, String name) {
      System.out.println("!interface-removed " + interfaceIndex + " " + name);
    }

    @Override
    public void onAddressAdded(int interfaceIndex, InetAddress address) {
      System.out.println("!address-added " + interfaceIndex + " " + address.getHostAddress());
    }

    @Override
    public void onAddressRemoved(int interfaceIndex, InetAddress address) {
      System.out.println("!address-removed " + interfaceIndex + " " + address.getHostAddress());
    }

    @Override
    public void onNeighbourChanged(NeighbourEntry entry) {
      System.out.println("!neighbour " + entry.interfaceIndex() + " " + text(entry));
    }

    @Override
    public void onNeighbourRemoved(int interfaceIndex, InetAddress ip) {
      System.out.println("!neighbour-removed " + interfaceIndex + " " + ip.getHostAddress());
    }
  }
}
