package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.limpet.node.internal.http.HttpServers;
import io.limpet.node.internal.http.RawHttp;
import io.limpet.node.internal.page.NeighbourhoodPage;
import io.limpet.node.internal.page.PageUrl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the neighbourhood page's server gives, and to whom. */
class NeighbourhoodPageTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final HttpServers servers = new HttpServers();
  private OakAndElm two;
  private NeighbourhoodPage page;
  private InetSocketAddress at;
  private String path;
  private String origin;

  @BeforeEach
  void start() throws Exception {
    two = new OakAndElm(folder);
    page =
        NeighbourhoodPage.start(
            two.start("oak").pageSource(),
            servers,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    URI url = URI.create(page.url());
    at = new InetSocketAddress(url.getHost(), url.getPort());
    path = url.getPath();
    origin = "Origin: http://" + HttpServers.written(at);
  }

  @AfterEach
  void stop() {
    page.close();
    servers.close();
    two.close();
  }

  private JsonNode act(String body) throws IOException {
    String answer = RawHttp.post(at, path + "act", body, origin, "Content-Type: application/json");
    assertThat(answer).startsWith("HTTP/1.1 200");
    return JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n")));
  }

  @Test
  void nothingIsAnsweredWithoutTheTokenOrToAnotherOrigin() throws Exception {
    assertThat(path).matches("/[0-9a-f]{32}/");
    assertThat(RawHttp.get(at, path)).startsWith("HTTP/1.1 200").contains("Neighbourhood");
    String wrong = "/" + "0".repeat(32) + "/";
    for (String file : List.of("", "main.js", "events", "act", "lib/d3-force.min.js")) {
      assertThat(RawHttp.get(at, wrong + file)).startsWith("HTTP/1.1 403");
      assertThat(RawHttp.get(at, "/" + file)).startsWith("HTTP/1.1 403");
      assertThat(RawHttp.post(at, wrong + file, "{}", origin, "Content-Type: application/json"))
          .startsWith("HTTP/1.1 403");
    }
    assertThat(RawHttp.get(at, path.substring(0, 20) + "/")).startsWith("HTTP/1.1 403");
    assertThat(RawHttp.get(at, path + "../" + "etc/passwd")).startsWith("HTTP/1.1 404");
    assertThat(RawHttp.get(at, path + "PageFiles.class")).startsWith("HTTP/1.1 404");
    assertThat(RawHttp.get(at, path, "Host: evil.example")).startsWith("HTTP/1.1 421");
    assertThat(RawHttp.get(at, path, "Host: 192.0.2.1:" + at.getPort())).startsWith("HTTP/1.1 403");
    assertThat(RawHttp.get(at, path, "Host: localhost:" + at.getPort())).startsWith("HTTP/1.1 200");
    assertThat(RawHttp.get(at, path, "Origin: http://evil.example")).startsWith("HTTP/1.1 403");
    assertThat(RawHttp.get(at, path + "events", "Sec-Fetch-Site: cross-site"))
        .startsWith("HTTP/1.1 403");
  }

  @Test
  void onlyThePageItselfActsAndOnlyByCommandsThatAreForIt() throws Exception {
    String json = "Content-Type: application/json";
    String share = "{\"command\":\"share\",\"args\":{\"type\":\"chat\",\"title\":\"lunch\"}}";
    assertThat(RawHttp.post(at, path + "act", share, json))
        .as("no origin")
        .startsWith("HTTP/1.1 403");
    assertThat(RawHttp.post(at, path + "act", share, json, "Origin: null"))
        .startsWith("HTTP/1.1 403");
    assertThat(RawHttp.post(at, path + "act", share, origin, "Content-Type: text/plain"))
        .as("a form of another page")
        .startsWith("HTTP/1.1 415");
    assertThat(RawHttp.get(at, path + "act")).startsWith("HTTP/1.1 405");
    assertThat(RawHttp.post(at, path, share, origin, json)).startsWith("HTTP/1.1 405");
    assertThat(two.as("oak", "activities", "--json").json()).isEmpty();

    assertThat(act(share).path("result").path("activity").asText()).isNotEmpty();
    assertThat(two.as("oak", "activities", "--json").json()).hasSize(1);
    assertThat(act("{\"command\":\"stop\"}").path("error").asText())
        .isEqualTo("'stop' is not for this page");
    assertThat(act("{\"command\":\"trace\",\"args\":{\"file\":\"/tmp/x\"}}").has("error")).isTrue();
    assertThat(act("nonsense").path("error").asText()).isEqualTo("not JSON");
    JsonNode refused = act("{\"command\":\"join\",\"args\":{\"id\":\"none\"}}");
    assertThat(refused.path("error").asText()).startsWith("no activity 'none' is known here");
    assertThat(refused.path("exit").asInt()).isEqualTo(1);
  }

  @Test
  void everyAnswerForbidsTheBrowserWhatThePageDoesNotNeed() throws Exception {
    for (String name : List.of("", "page.css", "main.js", "lib/preact.min.umd.js", "nothing")) {
      assertThat(RawHttp.get(at, path + name))
          .contains("content-security-policy: default-src 'none'; script-src 'self';")
          .contains("require-trusted-types-for 'script'")
          .contains("x-content-type-options: nosniff")
          .contains("referrer-policy: no-referrer")
          .contains("x-frame-options: DENY")
          .contains("cross-origin-opener-policy: same-origin")
          .contains("cross-origin-resource-policy: same-origin")
          .contains("cache-control: no-store")
          .doesNotContain("unsafe")
          .doesNotContain("set-cookie");
    }
    assertThat(RawHttp.get(at, path)).doesNotContain("http://").doesNotContain("https://");
  }

  @Test
  void theUrlIsForItsUserAloneAndIsForgottenWithThePage() throws Exception {
    Path home = folder.resolve("oak");
    Path file = home.resolve("page.url");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(two.as("oak", "page").out()).isEqualTo(page.url());
    assertThat(two.as("oak", "page", "--json").json().path("url").asText()).isEqualTo(page.url());
    page.close();
    assertThat(file).doesNotExist();
    assertThat(PageUrl.of(home)).isEqualTo(Optional.empty());
    Said none = two.as("oak", "page");
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.err()).contains("limpet node --page");
  }

  @Test
  void whoComesIsToldEverythingAndThenWhatChanges() throws Exception {
    two.start("elm");
    two.awaitMeeting("oak", "elm");
    try (Viewer viewer = new Viewer()) {
      JsonNode all = viewer.next("snapshot");
      assertThat(all.path("self").path("name").asText()).isEqualTo("oak");
      assertThat(all.path("people").path(0).path("name").asText()).isEqualTo("elm");
      assertThat(all.path("people").path(0).path("way").isTextual()).isTrue();

      String id = two.as("elm", "share", "chat:lunch", "--json").json().path("activity").asText();
      await()
          .atMost(SOON)
          .until(
              () -> viewer.next("change").path("activities").path(0).path("id").asText(),
              id::equals);
      assertThat(act("{\"command\":\"join\",\"args\":{\"id\":\"" + id + "\"}}").has("result"))
          .isTrue();
      two.as("elm", "say", id, "at noon?");
      assertThat(viewer.next("line").path("text").asText()).isEqualTo("at noon?");
      assertThat(
              act("{\"command\":\"say\",\"args\":{\"id\":\"" + id + "\",\"text\":\"yes\"}}")
                  .path("result")
                  .path("text")
                  .asText())
          .isEqualTo("yes");
      assertThat(viewer.next("line").path("text").asText()).isEqualTo("yes");
      JsonNode explained = act("{\"command\":\"explain\",\"args\":{\"peer\":\"elm\"}}");
      assertThat(explained.path("result").path("now").asText()).startsWith("elm is reached");
    }
    try (Viewer later = new Viewer()) {
      JsonNode all = later.next("snapshot");
      assertThat(all.path("lines").findValuesAsText("text")).containsExactly("at noon?", "yes");
      assertThat(all.path("moments").findValuesAsText("event")).contains("peer.online");
    }
  }

  /** Somebody who listens to the page's events. */
  private final class Viewer implements AutoCloseable {
    private final Socket socket;
    private final BlockingQueue<String[]> events = new LinkedBlockingQueue<>();

    Viewer() throws IOException {
      socket = RawHttp.open(at, RawHttp.request("GET", at, path + "events", ""));
      Thread reading = new Thread(this::read, "viewer");
      reading.setDaemon(true);
      reading.start();
    }

    private void read() {
      try (BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
        String kind = "";
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          if (line.startsWith("event: ")) {
            kind = line.substring("event: ".length());
          } else if (line.startsWith("data: ")) {
            events.add(new String[] {kind, line.substring("data: ".length())});
          }
        }
      } catch (IOException e) {
        return; // closed by the test
      }
    }

    /** The next event of a kind; others are passed over. */
    JsonNode next(String kind) throws Exception {
      while (true) {
        String[] event = events.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).as("an event " + kind).isNotNull();
        if (event[0].equals(kind)) {
          return JSON.readTree(event[1]);
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
