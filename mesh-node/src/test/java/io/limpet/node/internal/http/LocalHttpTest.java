package io.limpet.node.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limpet.node.NodeException;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalHttpTest {
  private static final InetSocketAddress ANY_FREE_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final Duration SOON = Duration.ofSeconds(20);

  private final HttpServers servers = new HttpServers();
  private LocalHttp http;
  private InetSocketAddress at;

  @BeforeEach
  void start() throws NodeException {
    http = servers.at(ANY_FREE_PORT);
    at = http.address();
    http.get("/hello", HttpHandler.of(call -> HttpAnswer.line(200, "hello " + call.query())));
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  @Test
  void aPathIsAnsweredWithItsQueryAndNothingElseIsThere() throws Exception {
    assertThat(RawHttp.get(at, "/hello?who=oak%20tree&who=elm"))
        .startsWith("HTTP/1.1 200 OK")
        .contains("content-type: text/plain; charset=utf-8")
        .contains("x-content-type-options: nosniff")
        .contains("content-security-policy: default-src 'none';")
        .endsWith("hello {who=oak tree}\n");
    assertThat(RawHttp.get(at, "/")).startsWith("HTTP/1.1 404");
    assertThat(RawHttp.get(at, "/hello/")).startsWith("HTTP/1.1 404");
    assertThat(RawHttp.get(at, "/%zz")).startsWith("HTTP/1.1 400");
    assertThat(RawHttp.post(at, "/hello", "x"))
        .startsWith("HTTP/1.1 405")
        .contains("allow: GET\r\n");
    assertThat(RawHttp.ask(at, RawHttp.request("PUT", at, "/hello", "x")))
        .startsWith("HTTP/1.1 405");
  }

  @Test
  void theBodyOfAPostIsHandedOverAndTheAnswerMayComeLaterWithHeadersOfItsOwn() throws Exception {
    CompletableFuture<HttpReply> later = new CompletableFuture<>();
    AtomicReference<HttpCall> asked = new AtomicReference<>();
    http.post(
        "/say",
        call -> {
          asked.set(call);
          return later;
        });
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread client =
        new Thread(
            () -> {
              try {
                answer.complete(RawHttp.post(at, "/say", "at noon?", "X-Token: t"));
              } catch (Exception e) {
                answer.completeExceptionally(e);
              }
            });
    client.start();
    await().atMost(SOON).until(() -> asked.get() != null);
    // Others are answered meanwhile.
    assertThat(RawHttp.get(at, "/hello")).startsWith("HTTP/1.1 200");
    later.complete(
        HttpAnswer.text(202, "application/json", "{}").with("cache-control", "max-age=5"));
    assertThat(answer.get(20, TimeUnit.SECONDS))
        .startsWith("HTTP/1.1 202")
        .contains("cache-control: max-age=5")
        .doesNotContain("no-store")
        .endsWith("\r\n\r\n{}");
    assertThat(asked.get().text()).isEqualTo("at noon?");
    assertThat(asked.get().headers()).containsEntry("x-token", "t");
  }

  @Test
  void strangersAndNonsenseAreRefused() throws Exception {
    assertThat(RawHttp.get(at, "/hello", "Host: evil.example")).startsWith("HTTP/1.1 421");
    assertThat(RawHttp.get(at, "/hello", "Host: localhost", "Host: localhost"))
        .startsWith("HTTP/1.1 4");
    assertThat(RawHttp.get(at, "/hello", "Host: localhost:1")).startsWith("HTTP/1.1 200");
    assertThat(RawHttp.get(at, "/hello", "Host: [::1]")).startsWith("HTTP/1.1 200");
    assertThat(RawHttp.get(at, "/hello", "Host: [evil]")).startsWith("HTTP/1.1 421");
    assertThat(RawHttp.get(at, "/hello", "Origin: http://evil.example")).startsWith("HTTP/1.1 403");
    assertThat(RawHttp.get(at, "/hello", "Origin: null")).startsWith("HTTP/1.1 403");
    String own = "http://" + HttpServers.written(at);
    assertThat(RawHttp.get(at, "/hello", "Origin: " + own)).startsWith("HTTP/1.1 200");
    assertThat(RawHttp.get(at, "/hello", "Sec-Fetch-Site: same-site")).startsWith("HTTP/1.1 403");
    assertThat(RawHttp.get(at, "/hello", "Sec-Fetch-Site: none")).startsWith("HTTP/1.1 200");
    assertThat(RawHttp.get(at, "/hello", "X: " + "x".repeat(20_000))).startsWith("HTTP/1.1 4");
    assertThat(RawHttp.get(at, "/" + "x".repeat(5000))).startsWith("HTTP/1.1 4");
    assertThat(RawHttp.ask(at, "GET /hello HTTP/1.0\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 505");
    assertThat(RawHttp.ask(at, "\u0000\u0001 nonsense\r\n\r\n")).startsWith("HTTP/1.1 4");
    http.post("/say", HttpHandler.of(call -> HttpAnswer.line(200, "taken")));
    assertThat(RawHttp.post(at, "/say", "x".repeat(LocalHttp.MAX_BODY_BYTES)))
        .startsWith("HTTP/1.1 200");
    String tooMuch = RawHttp.request("POST", at, "/say", "", "Content-Length: 9999999");
    assertThat(RawHttp.ask(at, tooMuch)).startsWith("HTTP/1.1 413");
  }

  @Test
  void aHandlerThatFailsIsOneAnswerAndNotTheEndOfTheServer() throws Exception {
    http.get(
        "/thrown",
        call -> {
          throw new IllegalStateException("as the test wants");
        });
    http.get("/failed", call -> CompletableFuture.failedFuture(new IllegalStateException("so")));
    assertThat(RawHttp.get(at, "/thrown")).startsWith("HTTP/1.1 500").doesNotContain("test");
    assertThat(RawHttp.get(at, "/failed")).startsWith("HTTP/1.1 500");
    assertThat(RawHttp.get(at, "/hello")).startsWith("HTTP/1.1 200");
  }

  @Test
  void eventsReachTheClientAsTheyHappenUntilItIsGone() throws Exception {
    AtomicReference<EventSink> opened = new AtomicReference<>();
    AtomicBoolean gone = new AtomicBoolean();
    http.get("/events", HttpHandler.of(call -> new EventStream(opened::set)));
    try (Socket client = RawHttp.open(at, RawHttp.request("GET", at, "/events", ""))) {
      await().atMost(SOON).until(() -> opened.get() != null);
      opened.get().onClosed(() -> gone.set(true));
      assertThat(opened.get().send("path", "one\ntwo")).isTrue();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
      List<String> lines = new ArrayList<>();
      while (!lines.contains("data: two")) {
        lines.add(in.readLine());
      }
      assertThat(lines)
          .contains("HTTP/1.1 200 OK", "content-type: text/event-stream; charset=utf-8")
          .containsSubsequence("event: path", "data: one", "data: two");
    }
    await().atMost(SOON).until(() -> !opened.get().send("more", "x") && gone.get());
  }

  @Test
  void aClientThatDoesNotReadItsEventsIsLetGo() throws Exception {
    AtomicReference<EventSink> opened = new AtomicReference<>();
    http.get("/events", HttpHandler.of(call -> new EventStream(opened::set)));
    try (Socket client = RawHttp.open(at, RawHttp.request("GET", at, "/events", ""))) {
      await().atMost(SOON).until(() -> opened.get() != null);
      String much = "x".repeat(100_000);
      int sent = 0;
      while (opened.get().send("much", much)) {
        sent++;
        // What the kernel's buffers take, and then not more than one MiB.
        assertThat(sent).isLessThan(1000);
      }
      assertThat(client.isConnected()).isTrue();
    }
  }

  @Test
  void streamsAreBoundedAndLeaveRoomForRequests() throws Exception {
    http.get("/events", HttpHandler.of(call -> new EventStream(sink -> sink.send("hi", ""))));
    String request = RawHttp.request("GET", at, "/events", "");
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < LocalHttp.MAX_STREAMS; i++) {
        Socket client = RawHttp.open(at, request);
        clients.add(client);
        assertThat(client.getInputStream().read()).isEqualTo('H');
      }
      assertThat(RawHttp.get(at, "/events")).startsWith("HTTP/1.1 503");
      assertThat(RawHttp.get(at, "/hello")).startsWith("HTTP/1.1 200");
      clients.remove(0).close();
      await().atMost(SOON).until(() -> reopened(request, clients));
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  private boolean reopened(String request, List<Socket> clients) throws Exception {
    Socket client = RawHttp.open(at, request);
    clients.add(client);
    return new String(client.getInputStream().readNBytes(12), StandardCharsets.US_ASCII)
        .equals("HTTP/1.1 200");
  }

  @Test
  void aRequestThatTricklesInIsNotWaitedForLongerThanTheDeadline() {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new HttpServerCodec(), new RequestHandler(new Routes(), new AtomicInteger()));
    channel.freezeTime();
    for (int i = 0; i < LocalHttp.DEADLINE_SECONDS - 1; i++) {
      channel.advanceTimeBy(1, TimeUnit.SECONDS);
      channel.runScheduledPendingTasks();
      assertThat(channel.isOpen()).isTrue();
      channel.writeInbound(Unpooled.copiedBuffer("G", StandardCharsets.US_ASCII));
    }
    channel.advanceTimeBy(2, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoeverAsksForTheSameAddressSharesAServer() throws Exception {
    assertThat(servers.at(at)).isSameAs(http);
    assertThatThrownBy(() -> http.get("/hello", HttpHandler.of(c -> HttpAnswer.line(200, "x"))))
        .hasMessage("GET /hello is answered already");
    HttpServers another = new HttpServers();
    assertThatThrownBy(() -> another.at(at))
        .isInstanceOf(NodeException.class)
        .message()
        .startsWith("HTTP cannot be served at 127.0.0.1:" + at.getPort())
        .endsWith("choose another address or port")
        .doesNotContain("\n");
  }
}
