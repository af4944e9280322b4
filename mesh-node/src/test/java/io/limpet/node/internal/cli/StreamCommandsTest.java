package io.limpet.node.internal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ordinary sockets over the mesh, between two nodes on an air inside of this process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class StreamCommandsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final int NOTHING_LISTENS = 1;

  @TempDir static Path folder = Path.of("");

  private OakAndElm mesh;

  @BeforeAll
  void start() throws Exception {
    mesh = new OakAndElm(folder);
    mesh.start("oak");
    mesh.start("elm");
    mesh.awaitMeeting("oak", "elm");
  }

  @AfterAll
  void stop() {
    if (mesh != null) {
      mesh.close();
    }
  }

  private static Foreground elm(String... args) {
    return Foreground.start(folder.resolve("elm"), args);
  }

  private static Foreground oak(String... args) {
    return Foreground.start(folder.resolve("oak"), args);
  }

  /** A program of elm, exposed to everyone at port 80, and at a port of oak's machine. */
  private static final class Program implements AutoCloseable {
    final ServerSocket server = listening();
    final Foreground exposed;
    final Foreground forwarded;

    Program() throws IOException {
      exposed =
          elm(
              "expose",
              "80",
              "--to",
              Integer.toString(server.getLocalPort()),
              "--allow",
              "everyone");
      forwarded = oak("forward", "0", "elm:80");
    }

    Socket connect() throws IOException {
      return new Socket(LOOPBACK, forwarded.localPort());
    }

    @Override
    public void close() throws IOException {
      forwarded.close();
      exposed.close();
      server.close();
      for (String name : new String[] {"oak", "elm"}) {
        await()
            .atMost(SOON)
            .until(() -> Said.by(folder.resolve(name), "forwards").out().contains("nothing is"));
      }
    }
  }

  /** Nothing here waits for ever: blocking calls of sockets are not interrupted. */
  private static ServerSocket listening() throws IOException {
    ServerSocket server = new ServerSocket(0, 50, LOOPBACK);
    server.setSoTimeout((int) SOON.toMillis());
    return server;
  }

  private static byte[] random(int bytes) {
    byte[] data = new byte[bytes];
    new Random(7).nextBytes(data);
    return data;
  }

  private static void write(Socket to, byte[] data) {
    CompletableFuture.runAsync(
        () -> {
          try {
            to.getOutputStream().write(data);
            to.shutdownOutput();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  @Test
  void bytesPassBothWaysWholeAndEachDirectionEndsForItself() throws Exception {
    byte[] there = random(3_000_000);
    byte[] back = Arrays.copyOf(there, 2_000_001);
    try (Program program = new Program();
        Socket client = program.connect();
        Socket server = program.server.accept()) {
      write(client, there);
      assertThat(server.getInputStream().readAllBytes()).isEqualTo(there);
      // The other direction is open still.
      write(server, back);
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(back);
      program.forwarded.says("- elm:80, sent 3.0 MB, received 2.0 MB");
      program.exposed.says("- oak:80, sent 2.0 MB, received 3.0 MB");
      assertThat(program.exposed.said()).contains("+ oak:80").doesNotContain("broken off");
    }
  }

  @Test
  void whoDoesNotReadHoldsTheOtherBack() throws Exception {
    try (Program program = new Program();
        SocketChannel client =
            SocketChannel.open(new InetSocketAddress(LOOPBACK, program.forwarded.localPort()));
        Socket server = program.server.accept()) {
      client.configureBlocking(false);
      ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
      long written = 0;
      long before = -1;
      while (written != before) { // nothing more is taken in a quarter of a second
        before = written;
        long end = System.nanoTime() + 250_000_000L;
        while (System.nanoTime() < end) {
          written += client.write(chunk.clear());
          assertThat(written).isLessThan(100_000_000L);
        }
      }
      client.shutdownOutput();
      long read = 0;
      byte[] buffer = new byte[1 << 20];
      for (int n = server.getInputStream().read(buffer); n >= 0; ) {
        read += n;
        n = server.getInputStream().read(buffer);
      }
      assertThat(read).isEqualTo(written).isGreaterThan(1_000_000);
    }
  }

  private static void reset(Socket socket) throws IOException {
    try (socket) {
      socket.setSoLinger(true, 0);
    }
  }

  @Test
  void aResetIsAResetOnTheOtherSide() throws Exception {
    try (Program program = new Program();
        Socket client = program.connect();
        Socket server = program.server.accept()) {
      server.getOutputStream().write(1);
      assertThat(client.getInputStream().read()).isEqualTo(1);
      reset(server);
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
      program.forwarded.says("- elm:80, sent 0 B, received 1 B: ");

      try (Socket second = program.connect();
          Socket accepted = program.server.accept()) {
        reset(second);
        assertThatThrownBy(() -> accepted.getInputStream().read())
            .isInstanceOf(SocketException.class);
      }
    }
  }

  private static void refused(Foreground forward, String why) throws IOException {
    try (Socket client = new Socket(LOOPBACK, forward.localPort())) {
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }
    forward.says(why);
  }

  @Test
  void aRefusalIsAResetAndSaysWhy() throws Exception {
    try (ServerSocket server = listening();
        Foreground exposed = elm("expose", "81", "--to", "" + server.getLocalPort());
        Foreground dead =
            elm("expose", "82", "--to", "127.0.0.1:" + NOTHING_LISTENS, "--allow", "oak")) {
      try (Foreground forward = oak("forward", "0", "elm:81")) {
        refused(forward, "! elm:81 refused: 81 is not for this node");
        exposed.says("! oak:81 refused:");
      }
      try (Foreground forward = oak("forward", "0", "elm:wiki")) {
        refused(forward, "nothing is exposed as wiki there");
      }
      try (Foreground forward = oak("forward", "0", "elm:82")) {
        refused(forward, "no program takes connections to 82 there");
      }
      assertThat(dead.said()).contains("who may: oak");
    }
    try (Foreground forward = oak("forward", "0", "elm:81")) {
      refused(forward, "nothing is exposed");
    }
  }

  @Test
  void whoIsKnownIsLetInUnlessMoreIsAsked() throws Exception {
    try (OakAndElm others = new OakAndElm(folder.resolve("others"))) {
      others.start("fir");
      others.start("yew");
      others.awaitMeeting("fir", "yew");
      Path fir = folder.resolve("others").resolve("fir");
      Path yew = folder.resolve("others").resolve("yew");
      try (ServerSocket server = listening();
          Foreground known =
              Foreground.start(
                  fir, "expose", "80", "--to", "" + server.getLocalPort(), "--as", "wiki");
          Foreground verified =
              Foreground.start(
                  fir, "expose", "81", "--to", "" + server.getLocalPort(), "--allow", "verified");
          Foreground wiki = Foreground.start(yew, "forward", "0", "fir:wiki");
          Foreground strict = Foreground.start(yew, "forward", "0", "fir:81")) {
        assertThat(known.said()).contains("80, or as wiki").contains("who may: known");
        refused(wiki, "wiki is not for this node");
        String id = Said.by(fir, "share", "chat:x", "--json").json().path("activity").asText();
        assertThat(Said.by(fir, "invite", "yew", "--activity", id).exit()).isZero();
        connects(wiki, server);
        refused(strict, "81 is not for this node");
        assertThat(Said.by(fir, "verify", "yew", "--confirm").exit()).isZero();
        connects(strict, server);
        assertThat(verified.said()).contains("+ yew:81");
      }
    }
  }

  private static void connects(Foreground forward, ServerSocket server) throws IOException {
    try (Socket client = new Socket(LOOPBACK, forward.localPort());
        Socket accepted = server.accept()) {
      client.getOutputStream().write(3);
      assertThat(accepted.getInputStream().read()).isEqualTo(3);
    }
  }

  @Test
  void namesOfTheMeshAreReachedBySocks() throws Exception {
    String address = mesh.as("elm", "status", "--json").json().path("address").asText();
    try (Program program = new Program();
        Foreground socks = oak("socks", "0")) {
      Proxy proxy = new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(LOOPBACK, socks.localPort()));
      for (InetSocketAddress to :
          new InetSocketAddress[] {
            InetSocketAddress.createUnresolved("elm.mesh", 80),
            InetSocketAddress.createUnresolved("ELM.mesh.", 80),
            new InetSocketAddress(address, 80)
          }) {
        try (Socket client = new Socket(proxy)) {
          client.connect(to);
          try (Socket server = program.server.accept()) {
            write(client, "GET /\n".getBytes(UTF_8));
            assertThat(new String(server.getInputStream().readAllBytes(), UTF_8))
                .isEqualTo("GET /\n");
            write(server, "leaves".getBytes(UTF_8));
            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                .isEqualTo("leaves");
          }
        }
      }
      socks.says("- elm:80, sent 6 B, received 6 B");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, nobody.mesh, 80, 4",
    "1, example.com, 80, 2",
    "1, elm, 80, 2",
    "1, elm.mesh, 81, 5",
    "1, elm.mesh, 0, 2",
    "2, elm.mesh, 80, 7",
    "3, elm.mesh, 80, 7",
  })
  void socksSaysWhatItDoesNot(int command, String host, int port, int reply) throws Exception {
    try (Foreground socks = oak("socks", "0");
        Socket client = new Socket(LOOPBACK, socks.localPort())) {
      OutputStream out = client.getOutputStream();
      out.write(new byte[] {5, 1, 0});
      assertThat(client.getInputStream().readNBytes(2)).containsExactly(5, 0);
      ByteBuffer request = ByteBuffer.allocate(7 + host.length());
      request.put(new byte[] {5, (byte) command, 0, 3, (byte) host.length()});
      request.put(host.getBytes(UTF_8)).putShort((short) port);
      out.write(request.array());
      byte[] answer = client.getInputStream().readAllBytes();
      assertThat(answer).hasSize(10).startsWith(5, reply);
    }
  }

  @Test
  void whatIsSaidBeforeTheAnswerOfSocksIsNotLost() throws Exception {
    try (Program program = new Program();
        Foreground socks = oak("socks", "0");
        Socket client = new Socket(LOOPBACK, socks.localPort())) {
      client.getOutputStream().write(new byte[] {5, 1, 0});
      client.getInputStream().readNBytes(2);
      byte[] all = new byte[7 + 8 + 4];
      System.arraycopy(new byte[] {5, 1, 0, 3, 8}, 0, all, 0, 5);
      System.arraycopy("elm.mesh".getBytes(UTF_8), 0, all, 5, 8);
      System.arraycopy(new byte[] {0, 80, 'e', 'a', 'r', 'l'}, 0, all, 13, 6);
      client.getOutputStream().write(all);
      try (Socket server = program.server.accept()) {
        client.getOutputStream().write('y');
        assertThat(new String(server.getInputStream().readNBytes(5), UTF_8)).isEqualTo("early");
      }
    }
  }

  @Test
  void whoWantsAuthenticationOrSpeaksSomethingElseIsSentAway() throws Exception {
    try (Foreground socks = oak("socks", "0")) {
      for (byte[] greeting :
          new byte[][] {
            {5, 1, 2}, {4, 1, 0, 80, 0, 0, 0, 1, 0}, "GET / HTTP/1.0\r\n".getBytes(UTF_8)
          }) {
        try (Socket client = new Socket(LOOPBACK, socks.localPort())) {
          client.getOutputStream().write(greeting);
          byte[] answer = new byte[2];
          int n = Math.max(0, client.getInputStream().read(answer));
          assertThat(n == 0 || answer[1] == (byte) 0xff).isTrue();
        } catch (SocketException e) {
          assertThat(e).hasMessageContaining("reset");
        }
      }
    }
  }

  @Test
  void theEndOfTheCommandIsTheEndOfItsStreams() throws Exception {
    try (Program program = new Program();
        Socket client = program.connect();
        Socket server = program.server.accept()) {
      client.getOutputStream().write(9);
      assertThat(server.getInputStream().read()).isEqualTo(9);
      assertThat(mesh.as("oak", "forwards").out()).contains("forward").contains("elm:80");
      assertThat(mesh.as("elm", "forwards").out()).contains("expose").contains("everyone");
      String number = mesh.as("oak", "forwards", "--json").json().get(0).path("number").asText();
      assertThat(mesh.as("oak", "forwards", "--end", number).exit()).isZero();
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
      assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
      assertThat(program.forwarded.exit()).isZero();
      assertThatThrownBy(program::connect).isInstanceOf(IOException.class);
      assertThat(mesh.as("oak", "forwards", "--end", number).err()).contains("nothing is open");
    }
    await().atMost(SOON).until(() -> mesh.as("elm", "forwards").out().contains("nothing is open"));
  }

  @ParameterizedTest
  @CsvSource({
    "forward 192.0.2.1:0 elm:80, beyond this machine's loopback",
    "expose 80 --to 192.0.2.1:80, beyond this machine's loopback",
    "expose 80 --to example.com:80, no other name",
    "expose 0, 1 to 65535",
    "expose 80 --as Wiki, small letters",
    "expose 80 --as 90, small letters",
    "forward 70000 elm:80, a port is 0 to 65535",
    "forward 0 elm, such as elm:22",
    "forward 0 elm:99999, 1 to 65535",
    "socks many, a port is",
  })
  void whatIsAskedWronglyIsSaidInOneLine(String line, String why) {
    Said said = mesh.as("oak", line.split(" "));
    assertThat(said.exit()).as(said.err()).isEqualTo(2);
    assertThat(said.err().lines()).hasSize(1);
    assertThat(said.err()).contains(why);
  }

  @Test
  void whatIsTakenAlreadyIsSaidInOneLine() throws Exception {
    try (ServerSocket taken = listening();
        Foreground exposed = elm("expose", "90")) {
      Said said = mesh.as("oak", "socks", "127.0.0.1:" + taken.getLocalPort());
      assertThat(said.exit()).isEqualTo(1);
      assertThat(said.err()).contains("cannot listen at 127.0.0.1:").contains("in use");
      assertThat(mesh.as("elm", "expose", "90").err()).contains("90 is exposed already");
      assertThat(mesh.as("oak", "forward", "0", "nobody:80").exit()).isEqualTo(1);
      assertThat(exposed.said()).contains("until interrupted");
    }
  }

  @Test
  void theJournalTellsOfStreams() throws Exception {
    try (Program program = new Program();
        Socket client = program.connect();
        Socket server = program.server.accept()) {
      client.shutdownOutput();
      assertThat(server.getInputStream().read()).isEqualTo(-1);
      server.shutdownOutput();
      program.forwarded.says("- elm:80");
    }
    Path journal = folder.resolve("oak").resolve("journal").resolve("journal.jsonl");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(java.nio.file.Files.readString(journal))
                    .contains("\"event\":\"port.opened\",\"way\":\"forward\"")
                    .contains("\"event\":\"stream.opened\",\"way\":\"forward\"")
                    .contains("\"event\":\"stream.closed\",\"way\":\"forward\"")
                    .contains("\"event\":\"port.closed\",\"way\":\"forward\""));
  }
}
