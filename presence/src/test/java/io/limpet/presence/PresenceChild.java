package io.limpet.presence;

import io.limpet.link.Bytes;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkInterface;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A node's presence in a process of its own: the interfaces of its network namespace are real,
 * hello is not there. Reads commands from standard input, prints events to standard output.
 */
public final class PresenceChild {
  private final FakeLink link;
  private final Set<String> seen = new HashSet<>();
  private volatile boolean blind;

  private PresenceChild(FakeLink link) {
    this.link = link;
  }

  /** Runs until {@code quit}: arguments are nickname, number, home folder. */
  public static void main(String[] args) throws IOException, InterruptedException {
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    NameServer.listen(() -> say("somebody asked the name server"));
    FakeLink link =
        new FakeLink(group.next(), Samples.address(Long.parseLong(args[1])), args[0], 7);
    PresenceChild child = new PresenceChild(link);
    child.poll();
    group.next().scheduleAtFixedRate(child::poll, 100, 100, TimeUnit.MILLISECONDS);
    long start = System.nanoTime();
    Roster roster =
        Presences.start(link, new PresenceConfig(Path.of(args[2]), Samples.COLOURS, true, 7464));
    say("started in " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    roster.addListener(
        event -> say(event.getClass().getSimpleName() + ' ' + describe(event.person())));
    child.obey(roster);
    long closing = System.nanoTime();
    roster.close();
    say("closed in " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - closing));
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS);
  }

  private void obey(Roster roster) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String command;
    while ((command = commands.readLine()) != null && !command.equals("quit")) {
      String[] words = command.split(" ", 2);
      switch (words[0]) {
        case "status" -> roster.setStatus(words[1]);
        case "share" ->
            roster.setActivities(
                Arrays.stream(words[1].split(" "))
                    .map(id -> new SharedActivity(id, "chat", "talk", true))
                    .toList());
        case "people" ->
            say(
                "people "
                    + roster.people().size()
                    + roster.people().stream().map(p -> " | " + describe(p)).toList());
        case "blind" -> blind = true;
        case "doubt" ->
            roster.suspect(Samples.address(Long.parseLong(words[1])), "a connection failed");
        case "junk" -> say("junk " + MdnsJunk.send(Integer.parseInt(words[1])));
        case "usage" -> say("usage " + threads() + ' ' + usedBytes());
        default -> say("what is " + command);
      }
    }
  }

  private static int threads() {
    return (int) Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).count();
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static String describe(Person person) {
    return person.name()
        + ' '
        + person.address().shortForm()
        + ' '
        + person.presence()
        + " sources="
        + person.sources()
        + " epoch="
        + person.epoch()
        + " colours="
        + person.colours()
        + " status="
        + person.status()
        + " activities="
        + person.activities().stream().map(SharedActivity::id).toList();
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** What netlink does for the real link. */
  private void poll() {
    if (blind) {
      return;
    }
    try {
      List<LinkInterface> now = new ArrayList<>();
      Set<String> addresses = new HashSet<>();
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (each.isLoopback()) {
          continue;
        }
        List<InetAddress> usable =
            Collections.list(each.getInetAddresses()).stream()
                .filter(a -> a instanceof Inet4Address || a.isLinkLocalAddress())
                .toList();
        usable.forEach(a -> addresses.add(each.getName() + ' ' + a.getHostAddress()));
        byte[] mac = each.getHardwareAddress();
        now.add(
            new LinkInterface(
                each.getIndex(),
                each.getName(),
                mac == null ? null : Bytes.of(mac),
                usable,
                each.isUp(),
                each.supportsMulticast(),
                each.getMTU()));
      }
      link.setInterfaces(now);
      for (String address : addresses) {
        String[] parts = address.split(" ", -1);
        if (seen.add(address)) {
          link.emit(new LinkEvent.AddressAdded(parts[0], parts[1]));
        }
      }
      for (String address : List.copyOf(seen)) {
        String[] parts = address.split(" ", -1);
        if (!addresses.contains(address) && seen.remove(address)) {
          link.emit(new LinkEvent.AddressRemoved(parts[0], parts[1]));
        }
      }
    } catch (SocketException e) {
      System.err.println("an interface vanished while it was looked at: " + e);
    }
  }
}
