package io.limpet.presence.internal.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limpet.link.LinkEvent;
import io.limpet.link.LinkInterface;
import io.limpet.presence.FakeLink;
import io.limpet.presence.PlainChatException;
import io.limpet.presence.PlainEvent;
import io.limpet.presence.PlainPerson;
import io.limpet.presence.PresenceConfig;
import io.limpet.presence.Presences;
import io.limpet.presence.Roster;
import io.limpet.presence.Samples;
import io.limpet.presence.internal.announce.PlainRecord;
import io.limpet.presence.internal.mdns.Directory;
import io.limpet.presence.internal.mdns.PlainService;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that chat over this machine's own TCP, and a stranger. */
class PlainChatTest {
  private static final String HEADER =
      "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='";

  @TempDir Path folder;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<Side> sides = new ArrayList<>();
  private Side oak;
  private Side elm;

  /** A node, and the records that it publishes and sees. */
  private final class Side implements Directory<PlainRecord> {
    final FakeLink link;
    final Roster roster;
    final PlainChat chat;
    final List<PlainEvent> events = new CopyOnWriteArrayList<>();
    Listener<PlainRecord> heard;
    PlainRecord own;

    Side(long number, String name) throws Exception {
      link = new FakeLink(group.next(), Samples.address(number), name, 1);
      use(loopback());
      roster = Presences.start(link, new PresenceConfig(folder, Samples.COLOURS, false, 1));
      chat =
          PlainChat.start(
              link,
              roster,
              (record, listener) -> {
                own = published(record);
                heard = listener;
                return this;
              });
      chat.addListener(events::add);
      sides.add(this);
    }

    /** As mDNS announces it on this interface. */
    private PlainRecord published(PlainRecord record) {
      try {
        return new PlainRecord(
            PlainService.idAt(record, loopback()),
            record.name(),
            record.status(),
            record.message(),
            record.addresses(),
            record.port(),
            record.node());
      } catch (UnknownHostException e) {
        throw new AssertionError(e);
      }
    }

    void use(InetAddress... addresses) {
      link.setInterfaces(
          List.of(new LinkInterface(1, "lo", null, List.of(addresses), true, true, 1500)));
    }

    /** Another's record is there, as mDNS would show it; nodes pass for people without Limpet. */
    void sees(PlainRecord record, String address) throws IOException {
      heard.onSeen(
          record.id(),
          new PlainRecord(
              record.id(),
              record.name(),
              record.status(),
              record.message(),
              List.of(InetAddress.getByName(address)),
              record.port(),
              null));
      await().until(() -> chat.person(record.id()).isPresent());
    }

    List<String> heardLines() {
      return events.stream()
          .filter(PlainEvent.Said.class::isInstance)
          .map(event -> event.person().id() + ": " + ((PlainEvent.Said) event).text())
          .toList();
    }

    @Override
    public void publish(PlainRecord record) {}

    @Override
    public void reconfirm(String key) {}

    @Override
    public void reconcile(List<LinkInterface> interfaces) {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void startTwoNodes() throws Exception {
    oak = new Side(1, "oak");
    elm = new Side(2, "elm");
  }

  @AfterEach
  void stop() {
    for (Side side : sides) {
      side.chat.close();
      side.roster.close();
    }
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void linesArriveInOrderBothWaysAndCountAsSaidWhenTheyAreRead() throws Exception {
    oak.sees(elm.own, "127.0.0.1");
    elm.sees(oak.own, "127.0.0.1");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      oak.chat.say(elm.own.id(), "line <" + i + ">\nand & more").toCompletableFuture();
      expected.add(oak.own.id() + ": line <" + i + "> and & more");
    }
    oak.chat.say(elm.own.id(), "the last").toCompletableFuture().get(10, TimeUnit.SECONDS);
    expected.add(oak.own.id() + ": the last");
    await().until(() -> elm.heardLines().size() == expected.size());
    assertThat(elm.heardLines()).isEqualTo(expected);

    elm.chat.say(oak.own.id(), "so be it").toCompletableFuture().get(10, TimeUnit.SECONDS);
    await().until(() -> oak.heardLines().equals(List.of(elm.own.id() + ": so be it")));
  }

  @Test
  void nobodyIsHeardWhoIsNotAnnouncedWhereTheyCallFrom() throws Exception {
    elm.sees(oak.own, "127.0.0.9");
    String line = "'><message><body>hello</body></message>";
    assertThat(answerTo(elm.own.port(), HEADER + "nobody@pc" + line)).as("not announced").isEmpty();
    assertThat(answerTo(elm.own.port(), HEADER + oak.own.id() + line)).as("elsewhere").isEmpty();
    assertThat(answerTo(elm.own.port(), "GET / HTTP/1.0\r\n\r\n")).isEmpty();
    assertThat(elm.heardLines()).isEmpty();

    elm.use(InetAddress.getByName("192.0.2.1"));
    elm.sees(oak.own, "127.0.0.1");
    assertThat(answerTo(elm.own.port(), HEADER + oak.own.id() + line)).as("no network").isEmpty();
    elm.use(loopback());
    assertThat(answerTo(elm.own.port(), HEADER + oak.own.id() + line + "</stream:stream>"))
        .endsWith("</stream:stream>");
    await().until(() -> elm.heardLines().equals(List.of(oak.own.id() + ": hello")));
  }

  @Test
  void oneAddressHasFewStreamsAndAStreamFewLines() throws Exception {
    elm.sees(oak.own, "127.0.0.1");
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket(loopback(), elm.own.port());
        silent.add(socket);
        socket.getOutputStream().write((HEADER + oak.own.id() + "'>").getBytes(UTF_8));
        assertThat(socket.getInputStream().read()).isEqualTo('<');
      }
      assertThat(answerTo(elm.own.port(), HEADER + oak.own.id() + "'>")).as("the fifth").isEmpty();
      for (int i = 0; i < 61; i++) {
        silent.get(0).getOutputStream().write("<message><body>a</body></message>".getBytes(UTF_8));
      }
      silent.get(0).setSoTimeout(10_000);
      assertThat(readAll(silent.get(0))).doesNotContain("</stream:stream>");
      await().until(() -> elm.heardLines().size() == 60);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
    await()
        .untilAsserted(
            () ->
                assertThat(answerTo(elm.own.port(), HEADER + oak.own.id() + "'></stream:stream>"))
                    .isNotEmpty());
  }

  @Test
  void aLineIsNotSaidToWhoeverIsNotHereOrDoesNotAnswer() throws Exception {
    assertThatThrownBy(() -> oak.chat.say("ash@pc", "hello").toCompletableFuture().join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(PlainChatException.class)
        .hasMessageContaining("ash@pc is not here");
    int unused;
    try (ServerSocket free = new ServerSocket(0)) {
      unused = free.getLocalPort();
    }
    oak.sees(new PlainRecord("ash@pc", "ash", "avail", "", List.of(), unused, null), "127.0.0.1");
    assertThatThrownBy(() -> oak.chat.say("ash@pc", "hello").toCompletableFuture().join())
        .hasMessageContaining("ash@pc was not reached: their program does not answer");
    assertThatThrownBy(() -> oak.chat.say("ash@pc", " \n ").toCompletableFuture().join())
        .hasMessageContaining("1 to 4096");
  }

  @Test
  void aProgramThatHangsUpHasNotReadTheLine() throws Exception {
    try (ServerSocket server = new ServerSocket(0)) {
      oak.sees(
          new PlainRecord("ash@pc", "ash", "avail", "", List.of(), server.getLocalPort(), null),
          "127.0.0.1");
      var said = oak.chat.say("ash@pc", "hello").toCompletableFuture();
      try (Socket ash = server.accept()) {
        assertThat(ash.getInputStream().read()).isEqualTo('<');
      }
      assertThatThrownBy(() -> said.get(10, TimeUnit.SECONDS))
          .hasMessageContaining("the connection");
    }
  }

  @Test
  void whoeverIsInTheRosterIsNotHereAsWell() throws Exception {
    elm.heard.onSeen(
        "k",
        new PlainRecord("ash@3", "ash", "avail", "", List.of(loopback()), 1, Samples.address(3)));
    await().until(() -> elm.chat.people().size() == 1);
    assertThat(elm.chat.find("ash")).isEqualTo(new PlainPerson("ash@3", "ash", "avail", ""));

    elm.link.emit(new LinkEvent.PeerHeard(Samples.address(3), Samples.hello(3, "ash", 1), false));
    await().until(() -> elm.chat.people().isEmpty());
    assertThat(elm.roster.find("ash").address()).isEqualTo(Samples.address(3));
    assertThat(elm.events).last().isInstanceOf(PlainEvent.Gone.class);
  }

  private static InetAddress loopback() throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private static String answerTo(int port, String said) throws IOException {
    try (Socket socket = new Socket(loopback(), port)) {
      socket.setSoTimeout(10_000);
      try {
        socket.getOutputStream().write(said.getBytes(UTF_8));
      } catch (IOException e) {
        return ""; // Hung up already.
      }
      return readAll(socket);
    }
  }

  private static String readAll(Socket socket) {
    StringBuilder read = new StringBuilder();
    try {
      int next;
      while ((next = socket.getInputStream().read()) >= 0) {
        read.append((char) next);
      }
    } catch (IOException e) {
      return read.toString(); // Hung up without ceremony.
    }
    return read.toString();
  }
}
